#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace ohmgrid {

/// Where a value was written: a file with line and column, or a command-line word.
/// Line and column count from 1; 0 means "the file as a whole".
struct Place {
    std::string file;
    std::int64_t line = 0;
    std::int64_t column = 0;

    [[nodiscard]] std::string text() const;
};

/// One thing that is wrong: where, which rule (a stable id), what, and what to do about it.
/// Rendered as `place: error[ID]: what. remedy`.
struct Message {
    std::string place = {};
    std::string id = {};
    std::string what = {};
    std::string remedy = {};

    [[nodiscard]] std::string text() const;
};

/// Base of every failure that leaves an Ohmgrid library. Carries one message or, where several
/// mistakes can be found in one pass (a parameter file), all of them.
class Error : public std::exception {
  public:
    explicit Error(Message message);
    explicit Error(std::vector<Message> messages);

    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
    [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }

    /// Adds the outer circumstance while the error travels up, e.g. "layer conv1, array 17".
    void add_context(std::string_view circumstance);

  private:
    void render();

    std::vector<Message> messages_;
    std::string text_;
};

/// The user's input or usage is wrong and the user can mend it.
class InputError final : public Error {
    using Error::Error;
};

/// The mathematics failed: no convergence, a singular array, a value that is not finite.
class NumericalError final : public Error {
    using Error::Error;
};

/// The system failed us: a missing or unwritable file, a full disk, not enough memory.
class IoError final : public Error {
    using Error::Error;
};

/// A broken promise inside Ohmgrid; the text asks the user to report it.
class InternalError final : public Error {
    using Error::Error;
};

/// The user asked to stop (Ctrl-C, SIGTERM). Not a failure; finished work is kept.
class Interrupted final : public Error {
  public:
    Interrupted();
};

/// Collects the complaints of one pass over an input, so that all are shown at once.
class Complaints {
  public:
    void add(Message message) { messages_.push_back(std::move(message)); }
    [[nodiscard]] bool empty() const { return messages_.empty(); }
    [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }

    /// @throws InputError with everything collected, if anything was.
    void throw_if_any() const;

  private:
    std::vector<Message> messages_;
};

}  // namespace ohmgrid
