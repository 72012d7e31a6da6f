#include "sim/core/error.hpp"

#include <utility>

namespace ohmgrid {

std::string Place::text() const {
    if (line == 0) return file;
    return file + ':' + std::to_string(line) + ':' + std::to_string(column);
}

std::string Message::text() const {
    std::string out = place.empty() ? "ohmgrid" : place;
    out += ": error[" + id + "]: " + what;
    if (!remedy.empty()) out += ". " + remedy;
    return out;
}

Error::Error(Message message) : Error(std::vector<Message>{std::move(message)}) {}

Error::Error(std::vector<Message> messages) : messages_(std::move(messages)) { render(); }

void Error::add_context(std::string_view circumstance) {
    for (Message& message : messages_) {
        message.what = std::string(circumstance) + ": " + message.what;
    }
    render();
}

void Error::render() {
    text_.clear();
    for (const Message& message : messages_) {
        if (!text_.empty()) text_ += '\n';
        text_ += message.text();
    }
}

Interrupted::Interrupted()
    : Error(Message{.place = {}, .id = "RUN001", .what = "interrupted", .remedy = {}}) {}

void Complaints::throw_if_any() const {
    if (!messages_.empty()) throw InputError(messages_);
}

}  // namespace ohmgrid
