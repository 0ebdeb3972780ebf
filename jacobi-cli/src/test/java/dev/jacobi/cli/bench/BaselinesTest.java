package dev.jacobi.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Options;
import dev.jacobi.cli.gradbench.SuiteEval;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    static final Variant JVM = new Variant("jvm", Options.DEFAULT);

    static final Baselines BASELINES = Baselines.of(List.of(
            "eval,size,function,kind,tool,status,min_s,note",
            "lse,n2,primal,primal,manual,ok,0.004,",
            "lse,n2,primal,primal,manual_clang,ok,0.002,",
            "lse,n2,primal,primal,enzyme,ok,0.001,",
            "lse,n2,gradient,derivative,manual,ok,0.008,",
            "lse,n2,gradient,derivative,enzyme,ok,0.016,",
            "lse,n2,gradient,derivative,codipack,timeout,,too slow",
            "ode,n2,gradient,derivative,manual,ok,1e-6,",
            "ode,n2,gradient,derivative,manual_clang,ok,1e-6,",
            "ode,n2,gradient,derivative,enzyme,ok,0.5,",
            "ode,n2,gradient,derivative,enzyme_fix,ok,2.0,",
            "ode,n2,gradient,derivative,codipack,ok,1.0,",
            "particle,default,ff,derivative,enzyme,ok,0.25,"));

    static Measurement measured(SuiteEval eval, String size, String function) {
        return new Measurement(eval, size, function, JVM, null, null, OptionalDouble.empty(), "");
    }

    @Test
    void theBestToolIsTheFastestThatFinished() {
        Measurement lse = measured(SuiteEval.LSE, "n2", "gradient");
        assertEquals(Optional.of("manual"), BASELINES.bestTool(lse));
        assertEquals(OptionalDouble.of(0.008), BASELINES.best(lse));
        assertEquals(OptionalDouble.of(0.016), BASELINES.enzyme(lse));
    }

    @Test
    void ofOdeTheClosedFormAndTheWrongProgramAreLeftOut() {
        Measurement ode = measured(SuiteEval.ODE, "n2", "gradient");
        assertEquals(Optional.of("codipack"), BASELINES.bestTool(ode));
        assertEquals(OptionalDouble.of(1.0), BASELINES.best(ode));
        assertEquals(OptionalDouble.of(2.0), BASELINES.enzyme(ode));
    }

    @Test
    void thePrimalIsTheFasterOneOfBothCompilersAndNotThatOfATool() {
        assertEquals(OptionalDouble.of(0.002), BASELINES.primal(measured(SuiteEval.LSE, "n2", "gradient")));
        assertEquals(OptionalDouble.empty(), BASELINES.primal(measured(SuiteEval.ODE, "n2", "gradient")));
    }

    @Test
    void evalsWithSeveralDerivativesAreFoundByFunction() {
        assertEquals(OptionalDouble.of(0.25), BASELINES.enzyme(measured(SuiteEval.PARTICLE, "default", "ff")));
        assertEquals(OptionalDouble.empty(), BASELINES.enzyme(measured(SuiteEval.PARTICLE, "default", "rr")));
        assertEquals(OptionalDouble.empty(), BASELINES.primal(measured(SuiteEval.PARTICLE, "default", "ff")));
    }

    @Test
    void aSizeThatIsNotThereHasNoBaseline() {
        assertTrue(BASELINES.best(measured(SuiteEval.LSE, "n3", "gradient")).isEmpty());
        assertTrue(Baselines.NONE.isEmpty());
    }
}
