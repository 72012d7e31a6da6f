// How fast one array is solved, and how far the answers are from the sparse direct solution.
//
//     circuit_bench [REPEATS]
//
// Random conductances, log-uniform 1e-6 .. 1e-4 S, 1 ohm per wire segment, one core; times are CPU
// seconds of this thread. Every ratio is taken between two solvers measured in turn in this run;
// the median over REPEATS (default 5) is printed with the smallest and the largest.

#include <fmt/format.h>

#include <Eigen/SparseCholesky>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <functional>
#include <vector>

#include "sim/circuit/effective_conductance.hpp"
#include "sim/circuit/line_solver.hpp"
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

/// One input vector, solver set-up included, against Eigen's sparse Cholesky on the same matrix.
void one_vector(int repeats) {
    const Crossbar crossbar = random_crossbar(128);
    const RowMajorMatrix volt = random_inputs(1, 128);
    RowMajorMatrix fast;
    RowMajorMatrix slow;
    std::vector<double> ratio, fast_ms;
    for (int r = 0; r < repeats; ++r) {
        const double t_fast =
            cpu_seconds([&] { fast = LineSolver(crossbar).solve(volt).column_current_ampere; }, 50);
        const double t_slow = cpu_seconds([&] { slow = sparse_currents(crossbar, volt); }, 1);
        ratio.push_back(t_slow / t_fast);
        fast_ms.push_back(1e3 * t_fast);
    }
    fmt::print("one vector 128x128: {} ms, SimplicialLDLT / ours {}, deviation {:.1e}\n",
               spread(fast_ms), spread(ratio), deviation(fast, slow));
}

/// 1000 vectors: G_eff once and one product, against one factorisation and 1000 solves.
void many_vectors(int repeats) {
    const Crossbar crossbar = random_crossbar(128);
    const RowMajorMatrix volt = random_inputs(1000, 128);
    RowMajorMatrix fast;
    RowMajorMatrix slow;
    std::vector<double> ratio, fast_ms;
    for (int r = 0; r < repeats; ++r) {
        const double t_fast =
            cpu_seconds([&] { fast = volt * ohmgrid::effective_conductance(crossbar); }, 5);
        const double t_slow = cpu_seconds([&] { slow = sparse_currents(crossbar, volt); }, 1);
        ratio.push_back(t_slow / t_fast);
        fast_ms.push_back(1e3 * t_fast);
    }
    fmt::print("1000 vectors 128x128: {} ms, sparse / ours {}, deviation {:.1e}\n", spread(fast_ms),
               spread(ratio), deviation(fast, slow));
}

/// G_eff against as many single solves as there are rows.
void effective(int repeats) {
    for (const Eigen::Index size : {64, 100, 128, 256, 512}) {
        const Crossbar crossbar = random_crossbar(size);
        const RowMajorMatrix identity = RowMajorMatrix::Identity(size, size);
        RowMajorMatrix fast;
        RowMajorMatrix slow;
        std::vector<double> ratio, fast_ms;
        for (int r = 0; r < (size > 256 ? 1 : repeats); ++r) {
            const double t_fast =
                cpu_seconds([&] { fast = ohmgrid::effective_conductance(crossbar); }, 1);
            const double t_slow = cpu_seconds(
                [&] {
                    slow.resize(size, size);
                    for (Eigen::Index v = 0; v < size; ++v) {
                        slow.row(v) =
                            LineSolver(crossbar).solve(identity.row(v)).column_current_ampere;
                    }
                },
                1);
            ratio.push_back(t_slow / t_fast);
            fast_ms.push_back(1e3 * t_fast);
        }
        fmt::print("G_eff {0}x{0}: {1} ms, {0} single solves / G_eff {2}, deviation {3:.1e}\n",
                   size, spread(fast_ms), spread(ratio), deviation(fast, slow));
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
        one_vector(repeats);
        many_vectors(repeats);
        effective(repeats);
        hard_cases();
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return 0;
}
