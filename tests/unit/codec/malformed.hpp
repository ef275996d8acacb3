// Makes malformed messages of well-formed ones, by way of protobuf's reflection: one fault in one
// place, at every place there is.
#pragma once

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <functional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace tally::codec {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

inline Bytes serialise(const Message& message) {
  const auto text = message.SerializeAsString();
  return Bytes(text.begin(), text.end());
}

/// Calls `visit` with every message in `message`, itself first, and the path to it.
inline void for_each_message(Message& message, const std::string& path,
                             const std::function<void(Message&, const std::string&)>& visit) {
  visit(message, path);
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection->ListFields(message, &set);
  for (const auto* field : set) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const auto name = path + "/" + field->name();
    if (!field->is_repeated()) {
      for_each_message(*reflection->MutableMessage(&message, field), name, visit);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      for_each_message(*reflection->MutableRepeatedMessage(&message, field, i),
                       name + "[" + std::to_string(i) + "]", visit);
    }
  }
}

/// Calls `check` with the bytes of `root` once for every message in it that has a field 1000 added.
inline void with_unknown_fields(Message& root,
                                const std::function<void(ByteView, const std::string&)>& check) {
  for_each_message(root, root.GetTypeName(), [&](Message& message, const std::string& path) {
    auto* unknown = message.GetReflection()->MutableUnknownFields(&message);
    unknown->AddVarint(1000, 1);
    check(serialise(root), path);
    unknown->Clear();
  });
}

/// Calls `check` once for every single field that is set and of this type, after `change` has
/// changed it; then puts it back.
inline void with_changed_fields(Message& root, FieldDescriptor::CppType type,
                                const std::function<bool(Message&, const FieldDescriptor*)>& change,
                                const std::function<void(ByteView, const std::string&)>& check) {
  for_each_message(root, root.GetTypeName(), [&](Message& message, const std::string& path) {
    const std::unique_ptr<Message> before(message.New());
    before->CopyFrom(message);
    std::vector<const FieldDescriptor*> set;
    message.GetReflection()->ListFields(message, &set);
    for (const auto* field : set) {
      if (field->cpp_type() != type || field->is_repeated()) continue;
      if (change(message, field)) check(serialise(root), path + "/" + field->name());
      message.CopyFrom(*before);
    }
  });
}

}  // namespace tally::codec
