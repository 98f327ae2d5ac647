// Copies a chain file with one bit changed in the last block that has more than its prologue: a
// signature or a value of the state's history that a replay must notice.
//
//   node tamper.mjs CHAIN.rlp OUT.rlp
import { readFileSync, writeFileSync } from "node:fs";
import { RLP } from "@ethereumjs/rlp";

const [from, to] = process.argv.slice(2);
if (!to) {
  console.error("usage: node tamper.mjs CHAIN.rlp OUT.rlp");
  process.exit(2);
}
const bytes = new Uint8Array(readFileSync(from));
let target = -1;
for (let at = 0; at < bytes.length; ) {
  const next = RLP.decode(bytes.subarray(at), true);
  const end = bytes.length - next.remainder.length;
  const [header, transactions] = next.data;
  // Past the header, in the middle of the transactions.
  if (transactions.length > 1) target = at + ((end - at + header.flat().reduce((n, f) => n + f.length, 0)) >> 1);
  at = end;
}
if (target < 0) {
  console.error("tamper: no block has more than its prologue");
  process.exit(1);
}
bytes[target] ^= 1;
writeFileSync(to, bytes);
console.log(`tamper: bit 0 of byte ${target} changed`);
