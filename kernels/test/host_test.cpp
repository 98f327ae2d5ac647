// The kernels' arithmetic on the host, without a GPU: golden vectors and naive twins. Prints each
// failure; exits 1 if there was one.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "../cuda/mma.cuh"
#include "../cuda/sha256.cuh"
#include "../cuda/sig16.cuh"

static int failures = 0;

static void expect(bool holds, const char* claim) {
    if (!holds) {
        std::printf("FAILED: %s\n", claim);
        ++failures;
    }
}

static uint64_t seed = 42;

static uint64_t next() {  // splitmix64
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int64_t element() {
    static const int64_t edges[] = {0, 1, 127, 128, int64_t{1} << 31, assay::P - 1, 0x1f80808080808080};
    return next() % 4 == 0 ? edges[next() % 7] : static_cast<int64_t>(next() % assay::P);
}

static void fieldMatchesWideIntegers() {
    for (int i = 0; i < 200000; ++i) {
        int64_t a = element(), b = element();
        auto wide = static_cast<unsigned __int128>(a) * static_cast<unsigned __int128>(b);
        expect(assay::multiply(a, b) == static_cast<int64_t>(wide % assay::P), "multiply");
        int bits = static_cast<int>(next() % 61);
        auto shifted = static_cast<unsigned __int128>(a) << bits;
        expect(assay::shiftLeft(a, bits) == static_cast<int64_t>(shifted % assay::P), "shiftLeft");
        int64_t any = i == 0 ? INT64_MIN : static_cast<int64_t>(next());
        int64_t rest = any % assay::P;
        expect(assay::reduce(any) == (rest < 0 ? rest + assay::P : rest), "reduce");
        int8_t digits[8];
        int32_t wideDigits[8];
        assay::writeDigits(a, digits);
        for (int d = 0; d < 8; ++d) {
            wideDigits[d] = digits[d];
        }
        expect(assay::recombine(wideDigits) == a, "digits recombine");
    }
    int8_t last[8];
    assay::writeDigits(assay::P - 1, last);
    expect(last[0] == -2 && last[7] == 32, "digits of p - 1");
}

// Every lane count gives the sums of the plain loop, for odd shapes and the largest.
static void sig16MatchesThePlainLoop() {
    const int shapes[] = {0, 1, 3, 4, 31, 32, 33, 1000, 4099, assay::TERMS_MAX};
    for (int terms : shapes) {
        int stride = (terms + 3) / 4 * 4;
        std::vector<int8_t> a(3 * static_cast<size_t>(terms)), digits(16 * stride);
        bool worst = terms == assay::TERMS_MAX;
        for (auto& v : a) v = worst ? -128 : static_cast<int8_t>(next());
        for (int c = 0; c < 16; ++c) {
            for (int j = 0; j < terms; ++j) {
                digits[c * stride + j] = worst ? -128 : static_cast<int8_t>(next());
            }
        }
        for (int lanes : {1, 7, 32}) {
            int32_t sums[4][16] = {};
            for (int lane = 0; lane < lanes; ++lane) {
                int32_t own[4][16] = {};
                const int8_t* rows[4];
                for (int i = 0; i < 4; ++i) rows[i] = assay::sig16Row(a.data(), 0, i, 3, terms);
                assay::sig16Lane(rows, digits.data(), terms, stride, lane, lanes, own);
                for (int i = 0; i < 4; ++i) {
                    for (int c = 0; c < 16; ++c) sums[i][c] += own[i][c];
                }
            }
            for (int i = 0; i < 4; ++i) {
                const int8_t* row = a.data() + static_cast<int64_t>(i < 3 ? i : 2) * terms;
                for (int c = 0; c < 16; ++c) {
                    int64_t plain = 0;
                    for (int j = 0; j < terms; ++j) plain += row[j] * digits[c * stride + j];
                    expect(sums[i][c] == plain, "sig16 equals the plain loop");
                    expect(!worst || sums[i][c] == 2146435072, "worst accumulator");
                }
            }
        }
    }
}

// The tensor-core form over every edge of its tiles: rows, columns and terms, and the worst accumulator.
template <int NT>
static void tensorTilesMatchThePlainLoop(int rows, int columns, int terms, bool worst) {
    int pitch = (terms + 63) / 64 * 64;
    std::vector<int8_t> a(static_cast<size_t>(rows) * pitch), b(static_cast<size_t>(columns) * pitch);
    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < terms; ++j) a[static_cast<size_t>(i) * pitch + j] = worst ? -128 : static_cast<int8_t>(next());
    }
    for (int i = 0; i < columns; ++i) {
        for (int j = 0; j < terms; ++j) b[static_cast<size_t>(i) * pitch + j] = worst ? -128 : static_cast<int8_t>(next());
    }
    std::vector<int32_t> out(static_cast<size_t>(rows) * columns + 1, 0);
    assay::Operands in{a.data(), b.data(), rows, columns, pitch};
    assay::multiplyTiles<NT>(in, assay::Result{out.data(), columns, 1});
    for (int i = 0; i < rows; ++i) {
        for (int c = 0; c < columns; ++c) {
            int64_t plain = 0;
            for (int j = 0; j < terms; ++j) plain += a[static_cast<size_t>(i) * pitch + j] * b[static_cast<size_t>(c) * pitch + j];
            expect(out[static_cast<size_t>(i) * columns + c] == plain, "tensor tiles equal the plain loop");
            expect(!worst || plain == 2146435072, "worst accumulator of tensor tiles");
        }
    }
    expect(out.back() == 0, "nothing is written behind the end");
}

static void tensorTilesMatchThePlainLoops() {
    for (int rows : {0, 1, 31, 32, 33}) {
        for (int terms : {0, 1, 31, 32, 33, 64, 65, 2048, 2049}) {
            tensorTilesMatchThePlainLoop<2>(rows, 16, terms, false);
            for (int columns : {0, 1, 31, 32, 33, 64, 65}) {
                if (columns <= 8 || terms < 100) tensorTilesMatchThePlainLoop<1>(rows, columns, terms, false);
                if (terms < 100) tensorTilesMatchThePlainLoop<8>(rows, columns, terms, false);
            }
        }
    }
    tensorTilesMatchThePlainLoop<2>(2, 16, assay::TERMS_MAX, true);
    tensorTilesMatchThePlainLoop<1>(2, 1, assay::TERMS_MAX, true);
}

static std::string hex(const uint8_t* bytes, int size) {
    std::string text;
    char pair[3];
    for (int i = 0; i < size; ++i) {
        std::snprintf(pair, 3, "%02x", bytes[i]);
        text += pair;
    }
    return text;
}

static void sha256MatchesGoldenVectors() {
    uint8_t hash[32];
    assay::Sha256 sha;
    assay::sha256Start(sha);
    assay::sha256End(sha, hash);
    expect(hex(hash, 32) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "empty");
    assay::sha256Start(sha);
    for (int i = 0; i < 1000000; ++i) assay::sha256Byte(sha, 'a');
    assay::sha256End(sha, hash);
    expect(hex(hash, 32) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", "10^6 a");

    // The leaf and node of contracts/vectors/proofs.json.
    const char* salt = "cbbbd8d9de4f707ef32fb723f3fcc2e4fac03615d599ac20cb81add001ec216a";
    uint8_t header[50] = {};
    for (int i = 0; i < 32; ++i) {
        header[1 + i] = static_cast<uint8_t>(std::strtol(std::string(salt + 2 * i, 2).c_str(), nullptr, 16));
    }
    header[33] = 2, header[34] = 1, header[38] = 2, header[42] = 3, header[46] = 4;
    const uint8_t data[4] = {1, 0, 0xff, 0xff};
    uint8_t children[64] = {};
    assay::sha256Leaf(header, data, 4, children);
    expect(hex(children, 32) == "55290e732ba08429cabaf51e48ad3c6ec6954af839fdedc823214b5e6f82f2a1", "leaf");
    assay::sha256Node(children, hash);
    expect(hex(hash, 32) == "f9fca6192cac52d0158965a2e0f9f9a1373125e581068a3e500a24c94d1802be", "node");
}

// The bulk form against the byte by byte one, over every size of a padding's edge.
static void sha256LeafWordsMatchesBytes() {
    std::vector<uint8_t> data(8192), header(50);
    for (auto& v : data) v = static_cast<uint8_t>(next());
    for (auto& v : header) v = static_cast<uint8_t>(next());
    for (uint32_t size = 0; size <= 8192; size += size < 300 ? 4 : 1972) {
        uint8_t plain[32], words[32];
        assay::sha256Leaf(header.data(), data.data(), size, plain);
        assay::sha256LeafWords(header.data(), data.data(), size, words);
        expect(std::memcmp(plain, words, 32) == 0, "leaf by words equals leaf by bytes");
    }
}

int main() {
    sha256LeafWordsMatchesBytes();
    fieldMatchesWideIntegers();
    sig16MatchesThePlainLoop();
    tensorTilesMatchThePlainLoops();
    sha256MatchesGoldenVectors();
    std::printf(failures == 0 ? "kernels: host build agrees with its twins\n" : "%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
