// The trees of MerklePayout, off chain: a root and a total over [account, cumulative] pairs, and proofs.
//
//   node tools/payout-tree.mjs FILE              FILE has a line "account,cumulative" a leaf; prints root and total
//   node tools/payout-tree.mjs FILE --prove N    also the claim of leaf N
//   node tools/payout-tree.mjs --vectors         writes vectors/payout.json, a tree of 1,000,000 leaves
//
// `--check` with `--vectors` compares instead. A million leaves take some 10 s and 100 MB.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sha3 from 'js-sha3'; // comes with solc

const HASH_BYTES = 32;
const SUM_BYTES = 16;
const LEVEL_BYTES = HASH_BYTES + SUM_BYTES;
const SUM_MAX = (1n << 128n) - 1n;

const keccak = (bytes) => Buffer.from(sha3.keccak256.arrayBuffer(bytes));

function putSum(target, offset, sum) {
  if (sum > SUM_MAX) throw new Error('the sum does not fit in 128 bits');
  target.writeBigUInt64BE(sum >> 64n, offset);
  target.writeBigUInt64BE(sum & 0xffff_ffff_ffff_ffffn, offset + 8);
}
const getSum = (source, offset) =>
  (source.readBigUInt64BE(offset) << 64n) | source.readBigUInt64BE(offset + 8);

/** Levels from the leaves to the root, each a Buffer of hash ‖ sum records. */
export function buildLevels(leaves) {
  let count = 1;
  while (count < leaves.length) count *= 2;
  let level = Buffer.alloc(count * LEVEL_BYTES);
  const leaf = Buffer.alloc(41);
  leaves.forEach(([account, cumulative], index) => {
    leaf.writeUInt32BE(index, 1);
    leaf.write(account.slice(2), 5, 'hex');
    putSum(leaf, 25, cumulative);
    keccak(leaf).copy(level, index * LEVEL_BYTES);
    putSum(level, index * LEVEL_BYTES + HASH_BYTES, cumulative);
  });
  const levels = [level];
  const node = Buffer.alloc(1 + 2 * LEVEL_BYTES, 1);
  while (count > 1) {
    count /= 2;
    const above = Buffer.alloc(count * LEVEL_BYTES);
    for (let i = 0; i < count; i++) {
      const left = 2 * i * LEVEL_BYTES;
      level.copy(node, 1, left, left + 2 * LEVEL_BYTES);
      keccak(node).copy(above, i * LEVEL_BYTES);
      const sum = getSum(level, left + HASH_BYTES) + getSum(level, left + LEVEL_BYTES + HASH_BYTES);
      putSum(above, i * LEVEL_BYTES + HASH_BYTES, sum);
    }
    levels.push((level = above));
  }
  return levels;
}

export function rootOf(levels) {
  const top = levels[levels.length - 1];
  return { root: `0x${top.toString('hex', 0, HASH_BYTES)}`, total: getSum(top, HASH_BYTES).toString() };
}

export function proofOf(levels, index) {
  const steps = levels.slice(0, -1).map((level, height) => {
    const sibling = ((index >> height) ^ 1) * LEVEL_BYTES;
    return level.toString('hex', sibling, sibling + LEVEL_BYTES);
  });
  return `0x${steps.join('')}`;
}

const claimOf = (leaves, levels, index) => ({
  index: index.toString(),
  account: leaves[index][0],
  cumulative: leaves[index][1].toString(),
  proof: proofOf(levels, index),
});

function writeVectors(check) {
  const file = join(dirname(fileURLToPath(import.meta.url)), '../vectors/payout.json');
  const leaves = Array.from({ length: 1_000_000 }, (_, i) => [
    `0x${keccak(Buffer.from(`payee ${i}`)).toString('hex', 0, 20)}`,
    BigInt(i % 1_000) * 10n ** 12n + 1n,
  ]);
  const levels = buildLevels(leaves);
  const claims = [0, 1, 777_777, 999_999].map((index) => claimOf(leaves, levels, index));
  const json = `${JSON.stringify({ leaves: '1000000', ...rootOf(levels), claims }, null, 1)}\n`;
  if (!check) writeFileSync(file, json);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== json) {
    console.error('vectors/payout.json is not what tools/payout-tree.mjs computes');
    process.exitCode = 1;
  }
}

if (process.argv.includes('--vectors')) {
  writeVectors(process.argv.includes('--check'));
} else if (process.argv[2]) {
  const leaves = readFileSync(process.argv[2], 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((field) => field.trim()))
    .map(([account, cumulative]) => [account, BigInt(cumulative)]);
  const levels = buildLevels(leaves);
  const at = process.argv.indexOf('--prove');
  const claim = at < 0 ? {} : { claim: claimOf(leaves, levels, Number(process.argv[at + 1])) };
  console.log(JSON.stringify({ ...rootOf(levels), ...claim }, null, 1));
}
