package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.inline.NestedDerivatives;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hessians and Jacobians that are called in code that is differentiated: the methods of {@link dev.jacobi.runtime.library.DerivativeMethods}, with the products that they call inlined.
 * Their elements are those of the matrices themselves, bit for bit.
 */
enum NestedMatrices {
    HESSIAN("hessian", "dev.jacobi.ScalarFunction", new Product("hvp", "dev.jacobi.HessianVectorProduct")),
    JACOBIAN(
            "jacobian",
            "dev.jacobi.ArrayFunction",
            new Product("jvp", "dev.jacobi.JacobianVectorProduct"),
            new Product("vjp", "dev.jacobi.VectorJacobianProduct"));

    private static final ClassDesc METHODS = ClassDesc.of("dev.jacobi.runtime.library.DerivativeMethods");
    private static final ClassDesc MATRIX = ConstantDescs.CD_double.arrayType(2);
    private static final Type VECTOR = Type.of(ConstantDescs.CD_double.arrayType());
    private static final String AT = "at([D)[[D";

    /** What a matrix is made of, and the method of the API that makes it. */
    private record Product(String maker, ClassDesc type) {
        Product(String maker, String type) {
            this(maker, ClassDesc.of(type));
        }
    }

    private final String maker;
    private final ClassDesc function;
    private final List<Product> products;

    NestedMatrices(String maker, String function, Product... products) {
        this.maker = maker;
        this.function = ClassDesc.of(function);
        this.products = List.of(products);
    }

    /** The row for a call {@code Jacobi.maker(..).called(..)}; the forms that write into an array of the caller are not there. */
    static Optional<NestedMatrices> of(String maker, MethodReference called) {
        for (NestedMatrices each : values()) {
            if (each.maker.equals(maker) && isAt(called)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    static boolean isAt(MethodReference called) {
        return (called.name() + called.type().descriptorString()).equals(AT);
    }

    /**
     * The matrix of a function that is made in the code.
     *
     * @param made makes it
     * @return a function of what the function captures, and of the place
     */
    Function ofMade(Instruction made, Pipeline pipeline) {
        try {
            return ofMade(made, products, pipeline);
        } catch (JacobiException refusal) {
            if (products.size() == 1) {
                throw refusal;
            }
            // As the Jacobian itself, which goes by columns where reverse mode refuses the function.
            return ofMade(made, products.subList(0, 1), pipeline);
        }
    }

    private Function ofMade(Instruction made, List<Product> of, Pipeline pipeline) {
        Function matrix = new Function(maker, null, Type.of(MATRIX));
        Block entry = matrix.newBlock();
        made.operands().forEach(captured -> entry.addParameter(captured.type()));
        List<Value> captured = List.copyOf(entry.parameters());
        List<Value> objects = new ArrayList<>();
        for (Product product : of) {
            Value object = entry.append(made.opCode(), made.attribute(), captured, made.position())
                    .value();
            MethodReference method = new MethodReference(
                    NestedDerivatives.MAKER, product.maker(), MethodTypeDesc.of(product.type(), function), false);
            objects.add(entry.append(OpCode.INVOKE_STATIC, method, List.of(object), made.position())
                    .value());
        }
        return call(matrix, of, objects, pipeline);
    }

    /** The matrix by objects that give products, all or the first. */
    Function ofObjects(List<Object> objects, Pipeline pipeline) {
        Function matrix = new Function(maker, null, Type.of(MATRIX));
        Block entry = matrix.newBlock();
        List<Product> of = products.subList(0, objects.size());
        List<Value> embedded = new ArrayList<>();
        for (int index = 0; index < objects.size(); index++) {
            EmbeddedObject object =
                    new EmbeddedObject(objects.get(index), of.get(index).type());
            embedded.add(entry.append(OpCode.EMBED, object, List.of(), null).value());
        }
        return call(matrix, of, embedded, pipeline);
    }

    private Function call(Function matrix, List<Product> of, List<Value> objects, Pipeline pipeline) {
        List<Value> arguments = new ArrayList<>(objects);
        arguments.add(matrix.entry().addParameter(VECTOR));
        List<ClassDesc> types = new ArrayList<>(of.stream().map(Product::type).toList());
        types.add(VECTOR.descriptor());
        MethodReference method = new MethodReference(METHODS, maker, MethodTypeDesc.of(MATRIX, types), false);
        Value result = matrix.entry()
                .append(OpCode.INVOKE_STATIC, method, arguments, null)
                .value();
        matrix.entry().setTerminator(new Return(result, null));
        pipeline.run(matrix);
        return matrix;
    }
}
