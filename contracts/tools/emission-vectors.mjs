// Writes vectors/emission.json: the emission primitives of EMISSION.md section 4 evaluated with BigInt,
// straight from the rules, for Solidity (test/EmissionSchedule.t.sol) and Java to agree with.
// `--check` writes nothing and fails where the committed file differs. vectors/README.md has the rules.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(fileURLToPath(import.meta.url)), '../vectors/emission.json');
const min = (a, b) => (a < b ? a : b);

const rules = {
  P1: ({ base, interval, start }, at) => (at < start ? 0n : base >> ((at - start) / interval)),
  P2: ({ base, cap }, issued) => {
    if (issued >= cap) return 0n;
    let k = 0n;
    while ((cap - issued) * 2n ** (k + 1n) <= cap) k++;
    return base >> k;
  },
  P3: ({ starts, rates, lookup, period }, at) => {
    const point = lookup === 'END' ? at + period : at;
    let rate = 0n;
    starts.forEach((start, i) => {
      if (start <= point) rate = rates[i];
    });
    return rate;
  },
  P4: ({ base, num, den, interval, start }, at) => {
    if (at < start) return 0n;
    let rate = base;
    for (let step = (at - start) / interval; step > 0n; step--) rate = (rate * num) / den;
    return rate;
  },
  P5: ({ base, num, den }, epoch) => {
    const one = 1n << 128n;
    let factor = one;
    let square = (num * one) / den;
    for (let rest = epoch; rest > 0n; rest >>= 1n) {
      if (rest & 1n) factor = (factor * square) >> 128n;
      square = (square * square) >> 128n;
    }
    return (base * factor) >> 128n;
  },
  P8: ({ base, final, flatEnd, taperEnd }, at) => {
    if (at <= flatEnd) return base;
    if (at >= taperEnd) return final;
    return (base * (taperEnd - at) + final * (at - flatEnd)) / (taperEnd - flatEnd);
  },
  P9: ({ total, start, cliff, duration }, at) => {
    if (at < start + cliff) return 0n;
    if (at >= start + duration) return total;
    return (total * (at - start)) / duration;
  },
  P11: (p) => {
    const room = (cap, minted) => (minted >= cap ? 0n : cap - minted);
    const left = min(
      min(room(p.cap, p.minted), room(p.capPeriod, p.mintedPeriod)),
      room(p.capPayee, p.mintedPayee),
    );
    if (p.requested <= left) return p.requested;
    return p.lastPartial === 1n ? left : 0n;
  },
};

// xorshift64*: the same vectors on every machine.
let state = 0xa55a_2026n;
function random64() {
  state ^= state >> 12n;
  state = (state ^ (state << 25n)) & 0xffff_ffff_ffff_ffffn;
  state ^= state >> 27n;
  return (state * 0x2545_f491_4f6c_dd1dn) & 0xffff_ffff_ffff_ffffn;
}
const below = (limit) => ((random64() << 64n) | random64()) % limit;
const between = (low, high) => low + below(high - low + 1n);
/** Amounts of every size up to `bits`, not only large ones. */
const amount = (bits) => below(1n << between(1n, BigInt(bits)));

const vectors = [];
const text = (value) => (Array.isArray(value) ? value.map(text) : value.toString());
function add(primitive, params, ...points) {
  for (const at of points) {
    vectors.push({
      primitive,
      params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, text(value)])),
      at: text(at),
      amount: text(rules[primitive](params, at)),
    });
  }
}
const around = (...points) => points.flatMap((point) => [point - 1n, point, point + 1n]);

// P1. Bitcoin, then random ones.
add('P1', { base: 5_000_000_000n, interval: 210_000n, start: 0n }, 0n, 1n,
  ...around(210_000n, 420_000n, 6_720_000n, 6_930_000n), 10n ** 12n);
add('P1', { base: (1n << 256n) - 1n, interval: 1n, start: 5n }, 0n, 4n, 5n, 6n, 260n, 261n, 10n ** 30n);
for (let i = 0; i < 12; i++) {
  const interval = between(1n, 1n << between(1n, 40n));
  const start = amount(40);
  add('P1', { base: amount(128), interval, start }, ...around(start + 1n, start + interval + 1n), start + between(0n, 80n) * interval);
}

// P2. Bittensor's cap and reward at every threshold; Assay's own; random ones.
const tao = { base: 1_000_000_000n, cap: 21_000_000_000_000_000n };
for (let k = 1n; k <= 20n; k++) add('P2', tao, ...around(tao.cap - tao.cap / 2n ** k));
add('P2', tao, 0n, ...around(tao.cap));
const assay = { base: 83_333_333n, cap: 21_000_000n * 10n ** 9n };
for (let k = 1n; k <= 8n; k++) add('P2', assay, ...around(assay.cap - assay.cap / 2n ** k));
for (let i = 0; i < 20; i++) {
  const cap = amount(128) + 2n;
  add('P2', { base: amount(128), cap }, below(cap), ...around(cap - cap / 2n ** between(1n, 30n)));
}
add('P2', { base: 7n, cap: (1n << 256n) - 1n }, 0n, (1n << 256n) - 2n, (1n << 256n) - 1n);

// P3. An explicit table, looked up at both ends.
const starts = [100n, 101n, 5_000n, 70_000n, 1_000_000n];
const rates = [10n ** 18n, 5n * 10n ** 17n, 0n, 3n, (1n << 128n) - 1n];
for (const lookup of ['START', 'END']) {
  for (const period of [0n, 1n, 86_400n]) {
    add('P3', { starts, rates, lookup, period }, 0n, ...around(100n, 5_000n, 70_000n, 1_000_000n), 1n << 60n);
  }
}
add('P3', { starts: [0n], rates: [9n], lookup: 'START', period: 1n }, 0n, 1n);
add('P3', { starts: [], rates: [], lookup: 'END', period: 1n }, 0n);

// P4. DIMO (85 %, 52-week years), Aethir-like growth, random ones.
add('P4', { base: 1_105_000n * 10n ** 18n, num: 85n, den: 100n, interval: 52n, start: 0n }, 0n,
  ...around(52n, 104n, 156n, 520n, 2_080n), 52n * 400n);
add('P4', { base: 10n ** 18n, num: 101n, den: 100n, interval: 1n, start: 10n }, 9n, 10n, 11n, 500n);
add('P4', { base: 3n, num: 0n, den: 1n, interval: 7n, start: 0n }, 6n, 7n);
for (let i = 0; i < 20; i++) {
  const den = amount(40) + 2n;
  const interval = amount(30) + 1n;
  const start = amount(30);
  add('P4', { base: amount(128), num: below(den), den, interval, start }, start, start + interval * between(1n, 100n) - 1n, start + interval * between(1n, 1_000n));
}

// P5. Gonka's decay, io.net's month, random ones.
add('P5', { base: 285_000_000_000_000n, num: 9_995_251_128n, den: 10_000_000_000n }, 0n, 1n, 2n, 1_460n, 10_000n, 1n << 40n);
add('P5', { base: 4_566_210_045_662n, num: 999_985_966n, den: 1_000_000_000n }, 0n, 1n, 719n, 720n, 200_000n);
add('P5', { base: (1n << 128n) - 1n, num: 1n, den: 1n }, 0n, 1n, (1n << 64n) - 1n);
for (let i = 0; i < 25; i++) {
  const den = amount(60) + 2n;
  add('P5', { base: amount(128), num: below(den), den }, amount(4), amount(20), amount(63));
}

// P8. Down, up, flat, and one-step tapers.
add('P8', { base: 1_000n, final: 0n, flatEnd: 10n, taperEnd: 17n }, 0n, 9n, 10n, 11n, 12n, 13n, 16n, 17n, 18n);
add('P8', { base: 0n, final: 1_000n, flatEnd: 10n, taperEnd: 17n }, 10n, 11n, 16n, 17n);
for (let i = 0; i < 25; i++) {
  const flatEnd = amount(40);
  const taperEnd = flatEnd + amount(40) + 1n;
  add('P8', { base: amount(128), final: amount(128), flatEnd, taperEnd }, ...around(flatEnd + 1n), between(flatEnd, taperEnd), ...around(taperEnd));
}

// P9. Grass's investors (a year's cliff, a year's vest) and random ones.
const year = 31_536_000n;
add('P9', { total: 252_000_000n * 10n ** 9n, start: 1_730_000_000n, cliff: year, duration: 2n * year }, 0n,
  ...around(1_730_000_000n, 1_730_000_000n + year, 1_730_000_000n + 2n * year), 1_730_000_000n + year + year / 3n);
for (let i = 0; i < 20; i++) {
  const duration = amount(40) + 1n;
  const cliff = below(duration + 1n);
  const start = amount(40) + 1n;
  add('P9', { total: amount(128), start, cliff, duration }, ...around(start + cliff), between(start, start + duration), ...around(start + duration));
}

// P11. Every binding cap, with and without a last partial mint.
for (let i = 0; i < 60; i++) {
  const cap = amount(100) + 1n;
  const capPeriod = amount(90) + 1n;
  const capPayee = amount(80) + 1n;
  add('P11', {
    requested: amount(90), cap, minted: below(cap + 2n), capPeriod, mintedPeriod: below(capPeriod + 2n),
    capPayee, mintedPayee: below(capPayee + 2n), lastPartial: BigInt(i % 2),
  }, 0n);
}

const json = `[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`;
const committed = existsSync(file) ? readFileSync(file, 'utf8') : null;
if (process.argv.includes('--check')) {
  if (json !== committed) {
    console.error('vectors/emission.json is not what tools/emission-vectors.mjs computes');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, json);
  console.log(`wrote vectors/emission.json: ${vectors.length} vectors`);
}
