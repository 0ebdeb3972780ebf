package dev.jacobi.conformance.kotlin

import kotlin.math.abs
import kotlin.math.exp
import kotlin.math.pow
import kotlin.math.sin
import kotlin.math.sqrt

fun polynomial(x: Double): Double = 3 * x * x - 2 * x + 1

fun mathFunctions(x: Double, y: Double): Double = sin(x) * exp(y) + sqrt(x * y) + x.pow(3) + abs(y)

fun sumOverArray(x: DoubleArray): Double {
    var sum = 0.0
    for (element in x) sum += element * element
    return sum
}

fun overIndices(x: DoubleArray): Double {
    var sum = 0.0
    for (i in x.indices) sum += (i + 1) * x[i] * x[i]
    return sum
}

fun overRanges(x: Double, n: Int): Double {
    var y = x
    for (i in 1..n) y += sin(y) / i
    for (i in n downTo 1 step 2) y = y * 0.5 + x * i
    for (i in 0 until n step 2) y *= 1 + 0.1 * x
    return y
}

fun whenOverNumbers(x: Double, n: Int): Double = when {
    x > 100 -> x
    n in 3..5 -> x * x * n
    else -> 1 / x
}

private fun scaled(x: Double, factor: Double = 2.0, power: Int = 2): Double {
    var y = factor
    repeat(power) { y *= x }
    return y
}

fun defaultArguments(x: Double): Double = scaled(x) + scaled(x, factor = x) + scaled(x, power = 3)

private tailrec fun newton(a: Double, root: Double, steps: Int): Double =
    if (steps == 0) root else newton(a, (root + a / root) / 2, steps - 1)

fun tailRecursion(a: Double): Double = newton(a, 1.0, 6)

private inline fun twice(x: Double, f: (Double) -> Double): Double = f(f(x))

fun inlineLambda(x: Double, a: Double): Double = twice(x) { it * it + a }

private fun applied(x: Double, f: (Double) -> Double): Double = f(x) * f(2 * x)

fun lambdaAsObject(x: Double, a: Double): Double = applied(x) { it * a + sin(it) }

private fun Double.squared(): Double = this * this

fun extensionFunctions(x: Double): Double = x.squared().squared() + (x + 1).squared()

private data class Vec(val x: Double, val y: Double) {
    operator fun plus(other: Vec) = Vec(x + other.x, y + other.y)

    operator fun times(factor: Double) = Vec(x * factor, y * factor)

    infix fun dot(other: Vec): Double = x * other.x + y * other.y
}

fun operators(x: Double, y: Double): Double {
    val v = Vec(x, y)
    return (v + v * x) dot v
}

fun copiesAndDestructuring(x: Double, y: Double): Double {
    val (a, b) = Vec(x, y).copy(y = x * y)
    return a * b + b
}

@JvmInline
private value class Metres(val value: Double) {
    operator fun times(other: Metres) = Metres(value * other.value)
}

fun valueClasses(x: Double, y: Double): Double = (Metres(x) * Metres(y) * Metres(x)).value

private object Constants {
    val factors = doubleArrayOf(1.0, 2.0, 3.0)
    const val OFFSET = 0.5
}

fun objects(x: Double): Double = x * x * Constants.OFFSET + x

private class Accumulator(private var total: Double = 0.0) {
    var count = 0
        private set

    fun add(value: Double) {
        total += value
        count++
    }

    val mean: Double
        get() = total / count
}

fun properties(x: DoubleArray): Double {
    val accumulator = Accumulator()
    for (element in x) accumulator.add(element * element)
    return accumulator.mean * x[0]
}

fun nullable(x: Double): Double {
    val y: Double? = if (x > 0) x * x else null
    return (y ?: 1.0) * x
}

fun folded(x: DoubleArray): Double = x.fold(1.0) { product, element -> product * element + element }

fun sumOf(x: DoubleArray): Double = x.sumOf { it * it * it }

fun builtArray(x: Double, n: Int): Double {
    val y = DoubleArray(n) { i -> x * i + x * x }
    return y.sum() * y[1]
}

fun scopeFunctions(x: Double): Double = x.let { it * it }.also { }.run { this + x }

fun localFunctions(x: Double, a: Double): Double {
    fun inner(y: Double): Double = y * a + x
    return inner(x) * inner(a)
}

private sealed class Shape

private class Disc(val radius: Double) : Shape()

private class Box(val width: Double, val height: Double) : Shape()

private fun area(shape: Shape): Double = when (shape) {
    is Disc -> Math.PI * shape.radius * shape.radius
    is Box -> shape.width * shape.height
}

fun sealedClasses(x: Double, y: Double): Double = area(Disc(x)) * area(Box(x, y))
