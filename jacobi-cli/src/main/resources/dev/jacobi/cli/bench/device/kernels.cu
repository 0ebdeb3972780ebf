// The kernels of dev.jacobi.examples.parallel as one would write them in CUDA: the same algorithms, one thread for each round.
// Parameters are those of the Java methods, in their order; the last one is the number of rounds where this does not follow from the others.

#define ROUND(n) \
    const int i = blockIdx.x * blockDim.x + threadIdx.x; \
    if (i >= (n)) return

extern "C" __global__ void saxpy(float a, const float* __restrict__ x, float* __restrict__ y, int n) {
    ROUND(n);
    y[i] += a * x[i];
}

extern "C" __global__ void dot(const double* __restrict__ x, const double* __restrict__ y, double* sum, int n) {
    __shared__ double sums[256];
    double own = 0;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) own += x[i] * y[i];
    sums[threadIdx.x] = own;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
        __syncthreads();
    }
    if (threadIdx.x == 0) atomicAdd(sum, sums[0]);
}

extern "C" __global__ void multiply(
        const double* __restrict__ a, const double* __restrict__ b, double* __restrict__ product, int n) {
    ROUND(n * n);
    const int row = i / n, column = i % n;
    double sum = 0;
    for (int k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + column];
    product[i] = sum;
}

extern "C" __global__ void multiplyByElements(
        const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ product, int n) {
    ROUND(n * n);
    const int row = i / n, column = i % n;
    float sum = 0;
    for (int k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + column];
    product[i] = sum;
}

extern "C" __global__ void multiplySparse(const int* __restrict__ starts, const int* __restrict__ columns,
        const double* __restrict__ values, const double* __restrict__ x, double* __restrict__ y, int n) {
    ROUND(n);
    double sum = 0;
    for (int place = starts[i]; place < starts[i + 1]; place++) sum += values[place] * x[columns[place]];
    y[i] = sum;
}

extern "C" __global__ void heat(const double* __restrict__ from, double* __restrict__ to, int width, int height) {
    ROUND(width * height);
    const int x = i % width, y = i / width;
    const bool inside = x > 0 && x < width - 1 && y > 0 && y < height - 1;
    to[i] = inside ? 0.25 * (from[i - 1] + from[i + 1] + from[i - width] + from[i + width]) : from[i];
}

extern "C" __global__ void diffuse(
        const float* __restrict__ from, float* __restrict__ to, int width, int height, int depth, float rate) {
    const int plane = width * height;
    ROUND(plane * depth);
    const int x = i % width, y = i / width % height, z = i / plane;
    float here = from[i];
    if (x > 0 && x < width - 1 && y > 0 && y < height - 1 && z > 0 && z < depth - 1) {
        const float around =
            from[i - 1] + from[i + 1] + from[i - width] + from[i + width] + from[i - plane] + from[i + plane];
        here += rate * (around - 6 * here);
    }
    to[i] = here;
}

extern "C" __global__ void mandelbrot(
        int* steps, int width, int height, double left, double top, double size, int most) {
    ROUND(width * height);
    const double re = left + size * (i % width) / width, im = top + size * (i / width) / height;
    double x = 0, y = 0;
    int step = 0;
    while (step < most && x * x + y * y <= 4) {
        const double next = x * x - y * y + re;
        y = 2 * x * y + im;
        x = next;
        step++;
    }
    steps[i] = step;
}

extern "C" __global__ void dft(const double* __restrict__ re, const double* __restrict__ im,
        double* __restrict__ outRe, double* __restrict__ outIm, int n) {
    ROUND(n);
    double sumRe = 0, sumIm = 0;
    for (int t = 0; t < n; t++) {
        double sin, cos;
        sincos(-2 * 3.14159265358979323846 * ((long long) i * t % n) / n, &sin, &cos);
        sumRe += re[t] * cos - im[t] * sin;
        sumIm += re[t] * sin + im[t] * cos;
    }
    outRe[i] = sumRe;
    outIm[i] = sumIm;
}

extern "C" __global__ void fftStage(const double* __restrict__ fromRe, const double* __restrict__ fromIm,
        double* __restrict__ toRe, double* __restrict__ toIm, int run, int half) {
    ROUND(2 * half);
    const int group = i / (2 * run), source = i % run + group * run;
    const double sumRe = fromRe[source] + fromRe[source + half], sumIm = fromIm[source] + fromIm[source + half];
    const double differenceRe = fromRe[source] - fromRe[source + half];
    const double differenceIm = fromIm[source] - fromIm[source + half];
    double sin, cos;
    sincos(-3.14159265358979323846 * (group * run) / half, &sin, &cos);
    const bool first = i / run % 2 == 0;
    toRe[i] = first ? sumRe : differenceRe * cos - differenceIm * sin;
    toIm[i] = first ? sumIm : differenceRe * sin + differenceIm * cos;
}

extern "C" __global__ void convolve(const float* __restrict__ signal, const float* __restrict__ kernel,
        float* __restrict__ out, int taps, int n) {
    ROUND(n);
    float sum = 0;
    for (int j = 0; j < taps; j++) sum += signal[i + j] * kernel[taps - 1 - j];
    out[i] = sum;
}

extern "C" __global__ void nBodyVelocities(
        const double* __restrict__ places, double* __restrict__ velocities, const double* __restrict__ masses,
        double dt, int n) {
    ROUND(n);
    const double x = places[3 * i], y = places[3 * i + 1], z = places[3 * i + 2];
    double ax = 0, ay = 0, az = 0;
    for (int j = 0; j < n; j++) {
        const double dx = places[3 * j] - x, dy = places[3 * j + 1] - y, dz = places[3 * j + 2] - z;
        const double square = dx * dx + dy * dy + dz * dz + 1e-9;
        const double pull = masses[j] / (square * sqrt(square));
        ax += dx * pull;
        ay += dy * pull;
        az += dz * pull;
    }
    velocities[3 * i] += dt * ax;
    velocities[3 * i + 1] += dt * ay;
    velocities[3 * i + 2] += dt * az;
}

extern "C" __global__ void nBodyPlaces(
        double* __restrict__ places, const double* __restrict__ velocities, double dt, int n) {
    ROUND(n);
    places[i] += dt * velocities[i];
}

__device__ double density(double x) { return exp(-0.5 * x * x) / sqrt(2 * 3.14159265358979323846); }

__device__ double normal(double x) {
    const double t = 1 / (1 + 0.2316419 * fabs(x));
    const double tail = density(x) * t
        * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return x < 0 ? tail : 1 - tail;
}

extern "C" __global__ void blackScholes(const double* __restrict__ share, const double* __restrict__ strike,
        const double* __restrict__ years, double rate, double volatility, double* __restrict__ price,
        double* __restrict__ delta, double* __restrict__ gamma, double* __restrict__ vega,
        double* __restrict__ theta, double* __restrict__ rho, int n) {
    ROUND(n);
    const double root = volatility * sqrt(years[i]);
    const double d1 = (log(share[i] / strike[i]) + (rate + 0.5 * volatility * volatility) * years[i]) / root;
    const double d2 = d1 - root, due = strike[i] * exp(-rate * years[i]);
    price[i] = share[i] * normal(d1) - due * normal(d2);
    delta[i] = normal(d1);
    gamma[i] = density(d1) / (share[i] * root);
    vega[i] = share[i] * density(d1) * sqrt(years[i]);
    theta[i] = -share[i] * density(d1) * volatility / (2 * sqrt(years[i])) - rate * due * normal(d2);
    rho[i] = due * years[i] * normal(d2);
}

extern "C" __global__ void nearest(const float* __restrict__ points, const float* __restrict__ centres,
        int dimensions, int* __restrict__ nearest, int count, int n) {
    ROUND(n);
    int best = 0;
    float least = INFINITY;
    for (int centre = 0; centre < count; centre++) {
        float distance = 0;
        for (int axis = 0; axis < dimensions; axis++) {
            const float difference = points[i * dimensions + axis] - centres[centre * dimensions + axis];
            distance += difference * difference;
        }
        if (distance < least) {
            least = distance;
            best = centre;
        }
    }
    nearest[i] = best;
}

// As is usual in CUDA, by counters that the threads of a block share; counts begin at zero.
extern "C" __global__ void histogram(const unsigned char* __restrict__ bytes, int* counts, int n) {
    __shared__ int own[256];
    for (int value = threadIdx.x; value < 256; value += blockDim.x) own[value] = 0;
    __syncthreads();
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) atomicAdd(&own[bytes[i]], 1);
    __syncthreads();
    for (int value = threadIdx.x; value < 256; value += blockDim.x) atomicAdd(&counts[value], own[value]);
}

extern "C" __global__ void prefixStep(
        const long long* __restrict__ old, long long* __restrict__ sums, int back, int n) {
    ROUND(n);
    sums[i] = i >= back ? old[i] + old[i - back] : old[i];
}

extern "C" __global__ void shorterWays(const int* __restrict__ old, int* __restrict__ shorter, int middle, int n) {
    ROUND(n * n);
    shorter[i] = min(old[i], old[i / n * n + middle] + old[middle * n + i % n]);
}
