// An authority of a test's own, and the certificates that it issues: for whatever time, to whoever.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace tally::client {

struct TlsCertificate {
  std::string certificate_file;
  std::string private_key_file;
};

class TlsAuthority {
 public:
  /// Keeps its files in `directory`, which is there, under names that begin with `name`.
  TlsAuthority(std::filesystem::path directory, std::string name)
      : directory_(std::move(directory)), name_(std::move(name)) {
    certificate_ = make(name_, *key_, kDayS, -kDayS, "CA:TRUE");
    write(file("ca"), [&](FILE* out) { PEM_write_X509(out, certificate_.get()); });
  }

  [[nodiscard]] std::string certificate_file() const { return file("ca"); }
  /// A certificate for 127.0.0.1, good from `from_s` to `until_s` seconds from now.
  [[nodiscard]] TlsCertificate issue(const std::string& to, long from_s = -60,
                                     long until_s = 3'600) const {
    const Key key = make_key();
    const auto certificate = make(to, *key, until_s, from_s, "CA:FALSE");
    const TlsCertificate out{file(to + "-certificate"), file(to + "-key")};
    write(out.certificate_file, [&](FILE* f) { PEM_write_X509(f, certificate.get()); });
    write(out.private_key_file, [&](FILE* f) {
      PEM_write_PrivateKey(f, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    return out;
  }

 private:
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
  static constexpr long kDayS = 86'400;

  static Key make_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }
  static void set_name(X509_NAME* name, const std::string& text) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
  }
  static void extend(X509* certificate, int id, const char* value) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  // Signed by this authority; the authority's own if it has none yet.
  Certificate make(const std::string& to, EVP_PKEY& key, long until_s, long from_s,
                   const std::string& constraints) const {
    Certificate out(X509_new(), X509_free);
    X509_set_version(out.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(out.get()), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(out.get()), from_s);
    X509_gmtime_adj(X509_getm_notAfter(out.get()), until_s);
    X509_set_pubkey(out.get(), &key);
    set_name(X509_get_subject_name(out.get()), to);
    set_name(X509_get_issuer_name(out.get()), name_);
    extend(out.get(), NID_basic_constraints, ("critical," + constraints).c_str());
    extend(out.get(), NID_subject_alt_name, "IP:127.0.0.1");
    X509_sign(out.get(), key_.get(), EVP_sha256());
    return out;
  }
  template <typename Write>
  static void write(const std::string& path, Write fill) {
    const std::unique_ptr<FILE, decltype(&std::fclose)> out(std::fopen(path.c_str(), "w"),
                                                            std::fclose);
    fill(out.get());
  }
  [[nodiscard]] std::string file(const std::string& what) const {
    return directory_ / (name_ + "-" + what + ".pem");
  }

  const std::filesystem::path directory_;
  const std::string name_;
  const Key key_ = make_key();
  mutable long serial_ = 0;
  Certificate certificate_{nullptr, X509_free};
};

}  // namespace tally::client
