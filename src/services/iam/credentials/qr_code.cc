#include "services/iam/credentials/qr_code.h"

#include <png.h>
#include <qrencode.h>

#include <memory>
#include <vector>

#include "base/lazy_library.h"

namespace haar::iam {
namespace {

// Loaded for the first virtual device.
constinit LazyLibrary libqrencode{"libqrencode.so.4"};
constinit LazyFunction<decltype(::QRcode_encodeData)> QRcode_encodeData{libqrencode, "QRcode_encodeData"};
constinit LazyFunction<decltype(::QRcode_free)> QRcode_free{libqrencode, "QRcode_free"};
constinit LazyLibrary libpng{"libpng16.so.16"};
constinit LazyFunction<decltype(::png_image_write_to_memory)> png_image_write_to_memory{libpng, "png_image_write_to_memory"};

constexpr std::size_t pixels_per_module = 4, quiet_modules = 4;
constexpr unsigned char white = 255, black = 0;

// Rows of gray bytes, `side` of them, as long.
std::string gray_png(const std::vector<unsigned char>& pixels, std::size_t side) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = static_cast<png_uint_32>(side);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  if (png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr) == 0) return {};
  std::string out(size, '\0');
  if (png_image_write_to_memory(&image, out.data(), &size, 0, pixels.data(), 0, nullptr) == 0) return {};
  out.resize(size);
  return out;
}

}  // namespace

std::string qr_code_png(std::string_view text) {
  const auto free = [](QRcode* made) { QRcode_free(made); };
  const std::unique_ptr<QRcode, decltype(free)> code(QRcode_encodeData(
      static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M));
  if (code == nullptr) return {};
  const auto modules = static_cast<std::size_t>(code->width);
  const std::size_t side = (modules + 2 * quiet_modules) * pixels_per_module;
  std::vector<unsigned char> pixels(side * side, white);
  for (std::size_t y = 0; y < modules * pixels_per_module; ++y) {
    for (std::size_t x = 0; x < modules * pixels_per_module; ++x) {
      const std::size_t module = y / pixels_per_module * modules + x / pixels_per_module;
      const std::size_t margin = quiet_modules * pixels_per_module;
      if ((code->data[module] & 1) != 0) pixels[(y + margin) * side + x + margin] = black;
    }
  }
  return gray_png(pixels, side);
}

}  // namespace haar::iam
