package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;

/** Where the inputs of the evals come from, and what must come out. */
public interface Inputs {
    /** The sizes for which there are inputs of an eval. */
    List<String> sizes(String eval) throws IOException;

    /** The input of an eval, to be run once. */
    JsonNode input(String eval, String size) throws IOException;

    /** The reference outputs for a size, by function; empty where there are none. */
    SortedMap<String, JsonNode> references(String eval, String size) throws IOException;
}
