// How fast one array is solved, and how far the answers are from the sparse direct solution.
//
//     circuit_bench [REPEATS]
//
// Random conductances, log-uniform 1e-6 .. 1e-4 S, 1 ohm per wire segment, one core; times are CPU
// seconds of this thread (for ngspice, the analysis time it reports). Every ratio is taken between
// two solvers measured in turn in this run; the median over REPEATS (default 5) is printed with the
// smallest and the largest. Takes about a minute; the 64 x 64 array in ngspice is most of it.

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <Eigen/SparseCholesky>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <functional>
#include <stdexcept>
#include <vector>

#include "sim/circuit/effective_conductance.hpp"
#include "sim/circuit/line_solver.hpp"
#include "sim/circuit/ngspice.hpp"
#include "sim/random/random_stream.hpp"

namespace {

using ohmgrid::Crossbar;
using ohmgrid::LineSolver;
using ohmgrid::RowMajorMatrix;

constexpr double wire_ohm = 1;

Crossbar random_crossbar(Eigen::Index size) {
    const ohmgrid::RandomStream random(1, ohmgrid::Purpose::test, ohmgrid::TrialId{0}, 0);
    Crossbar crossbar;
    crossbar.conductance_siemens.resize(size, size);
    for (Eigen::Index i = 0; i < size * size; ++i) {
        crossbar.conductance_siemens.data()[i] =
            1e-6 * std::pow(100.0, random.uniform_open(static_cast<std::uint32_t>(i)));
    }
    crossbar.row_wire_ohm = crossbar.column_wire_ohm = wire_ohm;
    return crossbar;
}

RowMajorMatrix random_inputs(Eigen::Index vectors, Eigen::Index rows) {
    const ohmgrid::RandomStream random(1, ohmgrid::Purpose::test, ohmgrid::TrialId{1}, 0);
    RowMajorMatrix volt(vectors, rows);
    for (Eigen::Index i = 0; i < volt.size(); ++i) {
        volt.data()[i] = 0.2 * random.uniform_open(static_cast<std::uint32_t>(i));
    }
    return volt;
}

/// The node equations of a left-driven, bottom-sensed crossbar: word-line nodes first.
Eigen::SparseMatrix<double> node_matrix(const Crossbar& crossbar) {
    const auto n = crossbar.rows();
    std::vector<Eigen::Triplet<double>> entries;
    const auto join = [&entries](Eigen::Index a, Eigen::Index b, double siemens) {
        entries.emplace_back(a, a, siemens);
        if (b < 0) return;
        entries.emplace_back(b, b, siemens);
        entries.emplace_back(a, b, -siemens);
        entries.emplace_back(b, a, -siemens);
    };
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < n; ++j) {
            const Eigen::Index w = i * n + j;
            const Eigen::Index b = n * n + w;
            join(w, b, crossbar.conductance_siemens(i, j));
            join(w, j > 0 ? w - 1 : -1, 1 / wire_ohm);
            join(b, i + 1 < n ? b + n : -1, 1 / wire_ohm);
        }
    }
    Eigen::SparseMatrix<double> matrix(2 * n * n, 2 * n * n);
    matrix.setFromTriplets(entries.begin(), entries.end());
    return matrix;
}

RowMajorMatrix sparse_currents(const Crossbar& crossbar, const RowMajorMatrix& input_volt) {
    const Eigen::Index n = crossbar.rows();
    const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> factors(node_matrix(crossbar));
    RowMajorMatrix currents(input_volt.rows(), n);
    for (Eigen::Index v = 0; v < input_volt.rows(); ++v) {
        Eigen::VectorXd right = Eigen::VectorXd::Zero(2 * n * n);
        for (Eigen::Index i = 0; i < n; ++i) right(i * n) = input_volt(v, i) / wire_ohm;
        const Eigen::VectorXd volt = factors.solve(right);
        currents.row(v) = volt.tail(n).transpose() / wire_ohm;
    }
    return currents;
}

double cpu_seconds(const std::function<void()>& work, int times) {
    timespec begin{};
    timespec end{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    for (int i = 0; i < times; ++i) work();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    return (static_cast<double>(end.tv_sec - begin.tv_sec) +
            1e-9 * static_cast<double>(end.tv_nsec - begin.tv_nsec)) /
           times;
}

/// Median, smallest and largest.
std::string spread(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return fmt::format("{:.4g} ({:.4g} .. {:.4g})", values[values.size() / 2], values.front(),
                       values.back());
}

double deviation(const RowMajorMatrix& a, const RowMajorMatrix& b) {
    return (a - b).cwiseAbs().maxCoeff() / b.cwiseAbs().maxCoeff();
}

/// Bytes per second between the core and its second-level cache, read and write together: copies
/// of as much as the solver has in hand.
double cache_bytes_per_second(int repeats) {
    constexpr std::size_t numbers = 128 * 128;
    constexpr std::size_t arrays = 6;
    std::vector<std::vector<double>> memory(arrays, std::vector<double>(numbers, 1.0));
    std::vector<double> rates;
    for (int r = 0; r < repeats; ++r) {
        const double seconds = cpu_seconds(
            [&] {
                for (std::size_t a = 0; a + 1 < arrays; ++a) {
                    std::memcpy(memory[a].data(), memory[a + 1].data(), numbers * sizeof(double));
                }
            },
            200);
        rates.push_back(2.0 * (arrays - 1) * numbers * sizeof(double) / seconds);
    }
    std::sort(rates.begin(), rates.end());
    return rates[rates.size() / 2];
}

/// One input vector, solver set-up included, against Eigen's sparse Cholesky on the same matrix and
/// against the time its traffic with the cache takes at the rate of a plain copy.
void one_vector(int repeats) {
    const Crossbar crossbar = random_crossbar(128);
    const RowMajorMatrix volt = random_inputs(1, 128);
    const int iterations = LineSolver(crossbar).solve(volt).iterations;
    RowMajorMatrix fast;
    RowMajorMatrix slow;
    std::vector<double> ratio, fast_ms, floor_ratio;
    // Sweeps over an array of 128 x 128 numbers that cannot stay in the nearest cache. Set-up:
    // conductances checked, copied and read twice, three arrays written, three cleared, the start
    // (read 2, write 1). An iteration: rows read 5 and write 1, columns read 4 and write 3.
    const double sweeps = 14 + 13 * iterations;
    for (int r = 0; r < repeats; ++r) {
        const double t_fast =
            cpu_seconds([&] { fast = LineSolver(crossbar).solve(volt).column_current_ampere; }, 50);
        const double t_slow = cpu_seconds([&] { slow = sparse_currents(crossbar, volt); }, 1);
        const double t_floor = sweeps * 128 * 128 * sizeof(double) / cache_bytes_per_second(3);
        ratio.push_back(t_slow / t_fast);
        floor_ratio.push_back(t_fast / t_floor);
        fast_ms.push_back(1e3 * t_fast);
    }
    fmt::print("one vector 128x128: {} ms, SimplicialLDLT / ours {}, deviation {:.1e}\n",
               spread(fast_ms), spread(ratio), deviation(fast, slow));
    fmt::print("  {} iterations, {:.0f} sweeps; ours / cache-bandwidth floor {}\n", iterations,
               sweeps, spread(floor_ratio));
}

/// 1000 vectors: G_eff once and one product, against one factorisation and 1000 solves.
void many_vectors(int repeats) {
    const Crossbar crossbar = random_crossbar(128);
    const RowMajorMatrix volt = random_inputs(1000, 128);
    RowMajorMatrix fast;
    RowMajorMatrix slow;
    std::vector<double> ratio, fast_ms;
    for (int r = 0; r < repeats; ++r) {
        const double t_fast = cpu_seconds(
            [&] { fast = ohmgrid::read_currents(volt, ohmgrid::effective_conductance(crossbar)); },
            5);
        const double t_slow = cpu_seconds([&] { slow = sparse_currents(crossbar, volt); }, 1);
        ratio.push_back(t_slow / t_fast);
        fast_ms.push_back(1e3 * t_fast);
    }
    fmt::print("1000 vectors 128x128: {} ms, sparse / ours {}, deviation {:.1e}\n", spread(fast_ms),
               spread(ratio), deviation(fast, slow));
}

/// Additions and multiplications per second of our dense product, from the nearest caches.
double dense_rate(int repeats) {
    const RowMajorMatrix a = RowMajorMatrix::Random(192, 192);
    std::vector<double> rates;
    for (int r = 0; r < repeats; ++r) {
        const double seconds = cpu_seconds([&] { ohmgrid::read_currents(a, a); }, 50);
        rates.push_back(2.0 * 192 * 192 * 192 / seconds);
    }
    std::sort(rates.begin(), rates.end());
    return rates[rates.size() / 2];
}

/// G_eff against as many single solves as there are rows, and against its own operations at the
/// rate of the dense product.
void effective(int repeats) {
    for (const Eigen::Index size : {32, 64, 100, 128, 192, 256, 512}) {
        const Crossbar crossbar = random_crossbar(size);
        const RowMajorMatrix identity = RowMajorMatrix::Identity(size, size);
        ohmgrid::EffectiveConductanceSolver solver;
        RowMajorMatrix fast = solver(crossbar);
        const double operations = solver.operations();
        RowMajorMatrix slow(size, size);
        std::vector<double> ratio, fast_ms, peak_ratio;
        const int times = static_cast<int>(std::max<Eigen::Index>(1, 512 / size));
        for (int r = 0; r < (size > 256 ? std::min(repeats, 3) : repeats); ++r) {
            const double t_fast = cpu_seconds([&] { fast = solver(crossbar); }, times);
            const double t_peak = operations / dense_rate(3);
            const double t_slow = cpu_seconds(
                [&] {
                    for (Eigen::Index v = 0; v < size; ++v) {
                        slow.row(v) =
                            LineSolver(crossbar).solve(identity.row(v)).column_current_ampere;
                    }
                },
                1);
            ratio.push_back(t_slow / t_fast);
            peak_ratio.push_back(t_fast / t_peak);
            fast_ms.push_back(1e3 * t_fast);
        }
        const double cells = static_cast<double>(size * size);
        fmt::print(
            "G_eff {0}x{0}: {1} ms, {0} single solves / G_eff {2}, time / (operations / dense "
            "rate) {3}, {4:.1f} n^3 operations, deviation {5:.1e}\n",
            size, spread(fast_ms), spread(ratio), spread(peak_ratio),
            operations / (cells * static_cast<double>(size)), deviation(fast, slow));
    }
    fmt::print("  dense rate {:.1f} GFLOP/s\n", 1e-9 * dense_rate(repeats));
}

/// Monte-Carlo samples: one solver, array after array, against a sparse factorisation with one
/// adjoint solve per column of each.
void samples(int repeats) {
    for (const Eigen::Index size : {64, 128}) {
        const Crossbar crossbar = random_crossbar(size);
        const RowMajorMatrix identity = RowMajorMatrix::Identity(size, size);
        ohmgrid::EffectiveConductanceSolver solver;
        RowMajorMatrix fast = solver(crossbar);
        std::vector<double> ratio, rate;
        for (int r = 0; r < repeats; ++r) {
            const double t_fast = cpu_seconds([&] { fast = solver(crossbar); }, 20);
            const double t_slow = cpu_seconds([&] { sparse_currents(crossbar, identity); }, 1);
            ratio.push_back(t_slow / t_fast);
            rate.push_back(1 / t_fast);
        }
        fmt::print(
            "arrays of {0}x{0}: {1} G_eff per second, sparse factor and {0} solves / ours "
            "{2}\n",
            size, spread(rate), spread(ratio));
    }
}

/// Peak memory of a process that computes G_eff of 1024 x 1024 cells and nothing else.
void peak_memory() {
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        const RowMajorMatrix map = ohmgrid::effective_conductance(random_crossbar(1024));
        _exit(map.allFinite() ? 0 : 1);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
        throw std::runtime_error("the process that measures memory failed");
    }
    fmt::print("G_eff 1024x1024: peak memory {:.0f} MiB, {:.2f} s\n",
               static_cast<double>(usage.ru_maxrss) / 1024,
               static_cast<double>(usage.ru_utime.tv_sec) +
                   1e-6 * static_cast<double>(usage.ru_utime.tv_usec));
}

/// The operating point of ngspice, its own analysis time, against one solve with set-up.
void beside_ngspice(int repeats) {
    const auto version = ohmgrid::ngspice_version();
    if (!version) {
        fmt::print("ngspice: not installed, not measured\n");
        return;
    }
    for (const Eigen::Index size : {32, 64}) {
        const Crossbar crossbar = random_crossbar(size);
        const RowMajorMatrix volt = random_inputs(1, size);
        RowMajorMatrix fast;
        RowMajorMatrix slow;
        std::vector<double> ratio, fast_ms, slow_ms;
        for (int r = 0; r < (size > 32 ? std::min(repeats, 3) : repeats); ++r) {
            const double t_fast = cpu_seconds(
                [&] { fast = LineSolver(crossbar).solve(volt).column_current_ampere; }, 100);
            const auto spice = ohmgrid::solve_with_ngspice(crossbar, ohmgrid::LinearLaw{}, volt);
            slow = spice.column_current_ampere;
            ratio.push_back(spice.analysis_second / t_fast);
            fast_ms.push_back(1e3 * t_fast);
            slow_ms.push_back(1e3 * spice.analysis_second);
        }
        fmt::print("{0} op {1}x{1}: {2} ms, ours {3} ms, ratio {4}, deviation {5:.1e}\n", *version,
                   size, spread(slow_ms), spread(fast_ms), spread(ratio), deviation(fast, slow));
    }
}

/// Arrays that converge slowly: strong cells on long, resistive wires.
void hard_cases() {
    Crossbar crossbar = random_crossbar(512);
    crossbar.conductance_siemens *= 10;
    crossbar.row_wire_ohm = crossbar.column_wire_ohm = 10;
    const RowMajorMatrix volt = random_inputs(1, 512);
    const auto wires = LineSolver(crossbar).solve(volt);
    crossbar.driver_ohm = crossbar.sense_ohm = 100;
    const auto ends = LineSolver(crossbar).solve(volt);
    fmt::print(
        "512x512, 10 ohm, 1e-3 S: {} iterations, residual {:.1e}; with 100 ohm drivers and "
        "sensing: {} iterations, residual {:.1e}\n",
        wires.iterations, wires.residual, ends.iterations, ends.residual);
}

}  // namespace

int main(int argc, char** argv) {
    const int repeats = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
    try {
        peak_memory();  // first: a child has the memory of its parent
        one_vector(repeats);
        many_vectors(repeats);
        effective(repeats);
        samples(repeats);
        hard_cases();
        beside_ngspice(repeats);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return 0;
}
