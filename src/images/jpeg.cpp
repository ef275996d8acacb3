#include "images/jpeg.hpp"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jerror.h>
#include <jpeglib.h>

namespace tally::images {
namespace {

// libjpeg leaves a fault by longjmp. So nothing with a destructor lives between setjmp and the
// calls that may fault: each function below takes its memory from outside.
struct Faults {
  jpeg_error_mgr manager;
  std::jmp_buf back;
  bool too_large = false;
};

[[noreturn]] void leave(j_common_ptr info) {
  auto* faults = reinterpret_cast<Faults*>(info->err);
  const auto code = info->err->msg_code;
  faults->too_large = code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE ||
                      code == JERR_IMAGE_TOO_BIG || code == JERR_WIDTH_OVERFLOW;
  std::longjmp(faults->back, 1);
}

// A picture that is damaged is refused, not patched up: warnings are faults. But for bytes between
// its parts, which some cameras leave there.
void note(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code != JWRN_EXTRANEOUS_DATA) leave(info);
}

void say_nothing(j_common_ptr) {}

// A progressive JPEG may have scans without number, each as dear as a picture.
void watch(j_common_ptr info) {
  const auto* decompress = reinterpret_cast<j_decompress_ptr>(info);
  if (decompress->input_scan_number > kScansMax) {
    info->err->msg_code = JERR_IMAGE_TOO_BIG;
    leave(info);
  }
}

jpeg_error_mgr* quiet(Faults& faults) {
  auto* manager = jpeg_std_error(&faults.manager);
  manager->error_exit = leave;
  manager->emit_message = note;
  manager->output_message = say_nothing;
  return manager;
}

void begin(jpeg_decompress_struct& info, jpeg_progress_mgr& progress, ByteView bytes) {
  jpeg_create_decompress(&info);
  info.mem->max_memory_to_use = static_cast<long>(kDecodeBytesMax / 2);
  progress = {};
  progress.progress_monitor = watch;
  info.progress = &progress;
  jpeg_mem_src(&info, bytes.data(), static_cast<unsigned long>(bytes.size()));
}

bool read_size(ByteView bytes, Size& size) {
  jpeg_decompress_struct info{};
  jpeg_progress_mgr progress;
  Faults faults;
  info.err = quiet(faults);
  if (setjmp(faults.back) != 0) {
    jpeg_destroy_decompress(&info);
    return false;
  }
  begin(info, progress, bytes);
  jpeg_read_header(&info, TRUE);
  size = {info.image_width, info.image_height};
  jpeg_destroy_decompress(&info);
  return true;
}

// The least of eighths that leaves the edge that is wanted.
unsigned eighths(const Size& size, std::uint32_t edge_wanted) {
  const std::uint64_t edge = std::max(size.width, size.height);
  for (unsigned n = 1; n < 8; ++n) {
    if (edge * n / 8 >= edge_wanted) return n;
  }
  return 8;
}

enum class Outcome : std::uint8_t { done, damaged, too_large };

// Decodes into `rgb`, which it sizes by a callback, as the scaled size is known only then.
Outcome read_pixels(ByteView bytes, unsigned scale, Pixels& out) {
  jpeg_decompress_struct info{};
  jpeg_progress_mgr progress;
  Faults faults;
  info.err = quiet(faults);
  if (setjmp(faults.back) != 0) {
    jpeg_destroy_decompress(&info);
    return faults.too_large ? Outcome::too_large : Outcome::damaged;
  }
  begin(info, progress, bytes);
  jpeg_read_header(&info, TRUE);
  info.scale_num = scale;
  info.scale_denom = 8;
  // CMYK has no transform to RGB here: libjpeg refuses it as damaged.
  info.out_color_space = JCS_RGB;
  jpeg_start_decompress(&info);
  const auto row_bytes = std::size_t{info.output_width} * 3;
  out.size = {info.output_width, info.output_height};
  out.rgb.resize(row_bytes * info.output_height);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = out.rgb.data() + row_bytes * info.output_scanline;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return Outcome::done;
}

bool write_pixels(const Pixels& pixels, int quality, unsigned char*& buffer, unsigned long& size) {
  jpeg_compress_struct info{};
  Faults faults;
  info.err = quiet(faults);
  if (setjmp(faults.back) != 0) {
    jpeg_destroy_compress(&info);
    return false;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &buffer, &size);
  info.image_width = pixels.size.width;
  info.image_height = pixels.size.height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  const auto row_bytes = std::size_t{pixels.size.width} * 3;
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(pixels.rgb.data() + row_bytes * info.next_scanline);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  return true;
}

}  // namespace

std::expected<Size, Error> jpeg_size(ByteView bytes) {
  Size size;
  if (!read_size(bytes, size)) return std::unexpected(Error::damaged);
  return size;
}

std::expected<Pixels, Error> decode_jpeg(ByteView bytes, const Size& size,
                                         std::uint32_t edge_wanted) {
  Pixels out;
  switch (read_pixels(bytes, eighths(size, edge_wanted), out)) {
    case Outcome::done:
      return out;
    case Outcome::damaged:
      return std::unexpected(Error::damaged);
    case Outcome::too_large:
      return std::unexpected(Error::too_large);
  }
  return std::unexpected(Error::damaged);
}

Bytes encode_jpeg(const Pixels& pixels, int quality) {
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  const bool done = write_pixels(pixels, quality, buffer, size);
  Bytes out;
  if (done) out.assign(buffer, buffer + size);
  std::free(buffer);
  return out;
}

}  // namespace tally::images
