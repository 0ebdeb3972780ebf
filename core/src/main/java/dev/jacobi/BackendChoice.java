package dev.jacobi;

/**
 * What {@link Backend#AUTO} has chosen for one derivative, and for arguments of one size where that is known.
 *
 * @param derivative the name of its function
 * @param arguments the sizes that this is about, or empty if there is nothing to choose
 * @param backend where such calls run now
 * @param reason the times of both, or why there is no native code
 * @param pending whether nothing was chosen yet: native code was not asked for, is being compiled, or has not been timed
 * @see Jacobi#backendChoices
 */
public record BackendChoice(String derivative, String arguments, Backend backend, String reason, boolean pending) {}
