package dev.jacobi.conformance.roundtrip;
import java.util.*;
final class RoundTripMain {
    public static void main(String[] a) throws Exception {
        Map<String,Class<?>> all = new LinkedHashMap<>();
        all.put("commons", org.apache.commons.math3.util.FastMath.class);
        all.put("ejmlcore", org.ejml.data.DMatrixRMaj.class);
        all.put("ejmlddense", org.ejml.dense.row.CommonOps_DDRM.class);
        all.put("hipparchus", org.hipparchus.util.FastMath.class);
        all.put("kotlin", kotlin.Pair.class);
        all.put("scala", scala.Option.class);
        for (String n : a) {
            long t0=System.nanoTime();
            Library l = n.equals("jdk") ? Library.ofPlatform("jdk", p -> p.startsWith("java/util/") || p.startsWith("java/lang/FdLibm")) : Library.ofJar(n, all.get(n));
            Recompilation r = Recompilation.of(l, n.equals("jdk") ? null : RoundTripMain.class.getClassLoader());
            System.out.println(r.summary()+" "+(System.nanoTime()-t0)/1000000+" ms");
            r.refusals().forEach((k,v)-> v.stream().limit(8).forEach(s->System.out.println("  "+k+" "+s)));
            if (n.equals("jdk")) continue;
            LibraryLoader o=new LibraryLoader(l.classes()), m=new LibraryLoader(r.classes());
            List<String> f = m.verifyAll(o);
            System.out.println("load failures "+f.size()); f.stream().limit(8).forEach(s->System.out.println("  "+s.substring(0,Math.min(700,s.length()))));
            StaticMethods.Report rep = StaticMethods.compare(List.copyOf(l.classes().keySet()), o, m);
            System.out.println("compared "+rep.compared()+" left out "+rep.leftOut()+" differences "+rep.differences().size());
            rep.differences().stream().limit(8).forEach(s->System.out.println("  "+s.substring(0,Math.min(1000,s.length()))));
            System.out.println((System.nanoTime()-t0)/1000000+" ms");
        }
        System.exit(0);
    }
}
