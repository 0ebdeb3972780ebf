package dev.jacobi.conformance.scala

import scala.annotation.tailrec

object Functions {
  def polynomial(x: Double): Double = 3 * x * x - 2 * x + 1

  def mathFunctions(x: Double, y: Double): Double =
    math.sin(x) * math.exp(y) + math.sqrt(x * y) + math.pow(x, 3) + math.abs(y)

  def sumByWhile(x: Array[Double]): Double = {
    var sum = 0.0
    var i = 0
    while (i < x.length) {
      sum += x(i) * x(i)
      i += 1
    }
    sum
  }

  def valuesAndBlocks(x: Double): Double = {
    val y = { val z = x * x; z + 1 }
    val w = if (y > 0) y * x else x
    w * y
  }

  def matchOverNumbers(x: Double, n: Int): Double = n match {
    case 0 => x
    case 4 => x * x * n
    case _ => 1 / x
  }

  def guards(x: Double, n: Int): Double = n match {
    case k if k < 0    => x
    case k if k % 2 == 0 => x * x * k
    case _             => x + 1
  }

  private def scaled(x: Double, factor: Double = 2.0, power: Int = 2): Double = {
    var y = factor
    var i = 0
    while (i < power) { y *= x; i += 1 }
    y
  }

  def defaultArguments(x: Double): Double = scaled(x) + scaled(x, factor = x) + scaled(x, power = 3)

  @tailrec private def newton(a: Double, root: Double, steps: Int): Double =
    if (steps == 0) root else newton(a, (root + a / root) / 2, steps - 1)

  def tailRecursion(a: Double): Double = newton(a, 1.0, 6)

  private def applied(x: Double, f: Double => Double): Double = f(x) * f(2 * x)

  def lambdas(x: Double, a: Double): Double = applied(x, y => y * a + math.sin(y))

  def composed(x: Double, a: Double): Double = {
    val f = (y: Double) => y * a
    val g = (y: Double) => y * y + x
    f.andThen(g)(x)
  }

  def curried(a: Double)(x: Double): Double = a * x * x

  def curriedTwice(x: Double): Double = curried(x)(x + 1) * curried(2)(x)

  def byName(x: Double): Double = {
    def twice(y: => Double): Double = y * y
    twice(x * x + 1)
  }

  private final case class Vec(x: Double, y: Double) {
    def +(other: Vec): Vec = Vec(x + other.x, y + other.y)
    def *(factor: Double): Vec = Vec(x * factor, y * factor)
    def dot(other: Vec): Double = x * other.x + y * other.y
  }

  def operators(x: Double, y: Double): Double = {
    val v = Vec(x, y)
    (v + v * x).dot(v)
  }

  def copies(x: Double, y: Double): Double = {
    val v = Vec(x, y).copy(y = x * y)
    v.x * v.y + v.y
  }

  def patterns(x: Double, y: Double): Double = {
    val Vec(a, b) = Vec(x * y, y)
    a * b + a
  }

  def tuples(x: Double, y: Double): Double = {
    val pair = (x * y, x + y)
    pair._1 * pair._2
  }

  private implicit final class Squaring(private val x: Double) extends AnyVal {
    def squared: Double = x * x
  }

  def extensionMethods(x: Double): Double = x.squared.squared + (x + 1).squared

  private final class Accumulator {
    private var total = 0.0
    private var count = 0
    def add(value: Double): Unit = { total += value; count += 1 }
    def mean: Double = total / count
  }

  def mutableState(x: Array[Double]): Double = {
    val accumulator = new Accumulator
    var i = 0
    while (i < x.length) { accumulator.add(x(i) * x(i)); i += 1 }
    accumulator.mean * x(0)
  }

  private trait Curve {
    def at(x: Double): Double
  }

  private final class Parabola(a: Int) extends Curve {
    def at(x: Double): Double = a * x * x
  }

  def traits(x: Double): Double = new Parabola(3).at(x) * new Parabola(2).at(x)

  def ranges(x: Double, n: Int): Double = {
    var y = x
    for (i <- 1 to n) y += math.sin(y) / i
    y
  }

  def builtArray(x: Double, n: Int): Double = {
    val y = new Array[Double](n)
    var i = 0
    while (i < n) { y(i) = x * i + x * x; i += 1 }
    y(0) * y(1) + y(n - 1)
  }

  def lazyValue(x: Double): Double = {
    lazy val y = x * x
    if (x > 0) y * y else x
  }

  def localFunctions(x: Double, a: Double): Double = {
    def inner(y: Double): Double = y * a + x
    inner(x) * inner(a)
  }

  private sealed trait Shape
  private final case class Disc(radius: Double) extends Shape
  private final case class Box(width: Double, height: Double) extends Shape

  private def area(shape: Shape): Double = shape match {
    case Disc(radius)       => math.Pi * radius * radius
    case Box(width, height) => width * height
  }

  def sealedTraits(x: Double, y: Double): Double = area(Disc(x)) * area(Box(x, y))

  def foldedArray(x: Array[Double]): Double = x.foldLeft(1.0)((product, e) => product * e + e)
}
