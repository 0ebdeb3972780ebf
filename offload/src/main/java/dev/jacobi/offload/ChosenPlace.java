package dev.jacobi.offload;

/**
 * Where a {@link DeviceChoice} lets the calls of one method run whose arguments are of one size.
 *
 * @param method the method, as messages name it
 * @param arguments the sizes that this is about
 * @param place the device's name, or {@code the JVM}
 * @param reason what calls take there and elsewhere, measured or by estimate, and why a place is left out
 * @param pending whether there are places left that were not measured yet
 * @see Offload#choices
 */
public record ChosenPlace(String method, String arguments, String place, String reason, boolean pending) {}
