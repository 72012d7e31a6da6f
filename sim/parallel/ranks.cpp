#include "sim/parallel/ranks.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <thread>

#include "sim/core/error.hpp"

#ifdef OHMGRID_WITH_MPI
#define OMPI_SKIP_MPICXX
#include <mpi.h>
#endif

namespace ohmgrid {
namespace {

#ifdef OHMGRID_WITH_MPI

bool started_by_launcher() {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE"}) {
        if (std::getenv(name) != nullptr) return true;
    }
    return false;
}

/// Waits without spinning, and without missing a request to stop.
void wait_for(MPI_Request request, const std::stop_token& stop) {
    constexpr auto pause = std::chrono::milliseconds(1);
    for (int finished = 0;;) {
        MPI_Test(&request, &finished, MPI_STATUS_IGNORE);
        if (finished != 0) return;
        if (stop.stop_requested()) throw Interrupted();
        std::this_thread::sleep_for(pause);
    }
}

std::vector<int> gathered_lengths(int mine, int count, const std::stop_token& stop) {
    std::vector<int> lengths(static_cast<std::size_t>(count));
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallgather(&mine, 1, MPI_INT, lengths.data(), 1, MPI_INT, MPI_COMM_WORLD, &request);
    wait_for(request, stop);
    return lengths;
}

std::string gathered_texts(const std::string& mine, const std::vector<int>& lengths,
                           const std::stop_token& stop) {
    std::vector<int> starts;
    int total = 0;
    for (const int length : lengths) {
        starts.push_back(total);
        total += length;
    }
    std::string all(static_cast<std::size_t>(total), ' ');
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallgatherv(mine.data(), static_cast<int>(mine.size()), MPI_CHAR, all.data(),
                    lengths.data(), starts.data(), MPI_CHAR, MPI_COMM_WORLD, &request);
    wait_for(request, stop);
    return all;
}

int ranks_on_this_machine() {
    MPI_Comm here = MPI_COMM_NULL;
    int count = 1;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &count);
    MPI_Comm_free(&here);
    return count;
}

#else

/// The number of processes a launcher says it has started.
int launched_processes() {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
        if (const char* size = std::getenv(name)) return std::atoi(size);
    }
    return 1;
}

#endif

}  // namespace

#ifdef OHMGRID_WITH_MPI

Ranks::Ranks() {
    if (!started_by_launcher()) return;
    int level = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level);
    started_ = true;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &count_);
    on_this_machine_ = ranks_on_this_machine();
}

Ranks::~Ranks() {
    constexpr int interrupted = 130;
    if (!started_) return;
    if (parted_) MPI_Abort(MPI_COMM_WORLD, interrupted);
    MPI_Finalize();
}

std::vector<std::string> Ranks::exchange(const std::string& mine, const std::stop_token& stop) {
    if (count_ == 1) return {mine};
    parted_ = true;
    const std::vector<int> lengths = gathered_lengths(static_cast<int>(mine.size()), count_, stop);
    const std::string all = gathered_texts(mine, lengths, stop);
    parted_ = false;
    std::vector<std::string> texts;
    std::size_t start = 0;
    for (const int length : lengths) {
        texts.push_back(all.substr(start, static_cast<std::size_t>(length)));
        start += static_cast<std::size_t>(length);
    }
    return texts;
}

void Ranks::end_all(int exit_code) const {
    if (count_ > 1) MPI_Abort(MPI_COMM_WORLD, exit_code);
}

std::string mpi_library() {
    std::string text(MPI_MAX_LIBRARY_VERSION_STRING, '\0');
    int length = 0;
    MPI_Get_library_version(text.data(), &length);
    text.resize(static_cast<std::size_t>(length));
    return text.substr(0, text.find_first_of(",\n"));
}

#else

Ranks::Ranks() {
    if (launched_processes() > 1) {
        throw InputError(Message{.place = "ohmgrid",
                                 .id = "RNK001",
                                 .what = "started by an MPI launcher, but built without MPI: every "
                                         "process would do the whole work",
                                 .remedy = "Install libopenmpi-dev and build again, or use "
                                           "--shard and merge"});
    }
}

Ranks::~Ranks() = default;

std::vector<std::string> Ranks::exchange(const std::string& mine, const std::stop_token&) {
    return {mine};
}

void Ranks::end_all(int) const {}

std::string mpi_library() { return {}; }

#endif

}  // namespace ohmgrid
