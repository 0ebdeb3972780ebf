package dev.jacobi.conformance.random;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What is wrong with a program.
 *
 * @param form the form that differs
 * @param difference what it does and what it should do
 */
record Mismatch(String form, String difference, String arguments) {
    static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** What stays the same while a program is shrunk: the form, and the first line for what cannot be made. */
    String kind() {
        boolean impossible = difference.startsWith("cannot");
        return impossible ? form + difference.lines().findFirst().orElse("").replaceAll("[0-9]+|P[0-9a-f]+", "") : form;
    }
}
