#pragma once

#include <stop_token>
#include <string>
#include <vector>

namespace ohmgrid {

/// The processes that share one computation: those that mpirun or srun started together, or this
/// one alone. All ranks run the same program and meet in `exchange`.
///
/// MPI is started only in a process that an MPI launcher started, so that plain runs do not pay for
/// it; the launcher is recognised by the variables it sets (Open MPI, PMIx, PMI).
/// Only the thread that made the object may call it, and there may be one at a time.
class Ranks {
  public:
    /// @throws InputError (RNK001) if a launcher started several processes but this build has no
    /// MPI, because each would then do the whole work.
    Ranks();
    /// Leaves MPI. If the ranks did not part in agreement (`exchange` threw), ends all of them.
    ~Ranks();
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    [[nodiscard]] int rank() const { return rank_; }
    [[nodiscard]] int count() const { return count_; }
    /// How many of them run on this machine and share its processors.
    [[nodiscard]] int on_this_machine() const { return on_this_machine_; }

    /// Everybody's text, by rank. All ranks must call it equally often.
    /// @throws Interrupted if `stop` is requested while waiting, as the launcher does when another
    /// rank has died
    [[nodiscard]] std::vector<std::string> exchange(const std::string& mine,
                                                    const std::stop_token& stop);

    /// Ends all ranks at once with this exit code, the own one included; alone it does nothing.
    /// For failures that the others do not know of.
    void end_all(int exit_code) const;

  private:
    int rank_ = 0;
    int count_ = 1;
    int on_this_machine_ = 1;
    bool started_ = false;  ///< MPI is running
    bool parted_ = false;   ///< an exchange was left unfinished
};

/// "Open MPI 4.1.4", or empty in a build without MPI.
std::string mpi_library();

}  // namespace ohmgrid
