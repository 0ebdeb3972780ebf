package dev.jacobi.cli.gradbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class StrictCheckTest {
    private static double error(String got, String reference) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        return StrictCheck.error(mapper.readTree(got), mapper.readTree(reference));
    }

    @Test
    void theErrorIsTheLargestDifferenceOverTheLargestNumber() throws Exception {
        assertEquals(0.25, error("[1, [2, -3]]", "[[1, 2], -4]"));
        assertEquals(0.0, error("[0, 0]", "[0, 0]"));
    }

    @Test
    void zerosInsteadOfSmallNumbersAreWrong() throws Exception {
        assertEquals(1.0, error("[0, 0]", "[1e-12, -1e-13]"));
    }

    @Test
    void whatIsNotANumberIsWrong() throws Exception {
        assertEquals(Double.POSITIVE_INFINITY, error("[1, \"NaN\"]", "[1, 2]"));
        assertEquals(Double.POSITIVE_INFINITY, error("\"Infinity\"", "1"));
    }

    @Test
    void missingAndSurplusNumbersAreWrong() throws Exception {
        assertEquals(Double.POSITIVE_INFINITY, error("[1]", "[1, 2]"));
        assertEquals(Double.POSITIVE_INFINITY, error("[1, 2, 3]", "[1, 2]"));
        assertEquals(Double.POSITIVE_INFINITY, error("{}", "{\"a\":[1]}"));
        assertEquals(Double.POSITIVE_INFINITY, error("{\"a\":[1],\"b\":2}", "{\"a\":[1]}"));
    }

    @Test
    void membersOfAnObjectAreJudgedEachByItself() throws Exception {
        assertEquals(0.5, error("{\"a\":1000,\"b\":0.5}", "{\"a\":1000,\"b\":1}"));
    }
}
