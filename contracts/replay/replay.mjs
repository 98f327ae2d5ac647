// Runs the blocks of an exported chain again, one by one, on @ethereumjs/vm, which shares no code
// with Assay: every state root, receipts root, logs bloom, gas figure, requests hash and block hash
// must be the one in the chain.
//
//   node replay.mjs GENESIS.json CHAIN.rlp [HASHES.txt]
//
// HASHES.txt: what the node says the block hashes are, one a line from block 1. Exit status 1 at the
// first difference. What is switched off are the formats that PROTOCOL section 2 names: the length of
// extraData and the base fee's rule.
import { readFileSync } from "node:fs";
import { createBlock, createBlockFromRLP } from "@ethereumjs/block";
import { createCommonFromGethGenesis } from "@ethereumjs/common";
import { RLP } from "@ethereumjs/rlp";
import { bytesToHex, equalsBytes, hexToBytes } from "@ethereumjs/util";
import { createVM, runBlock } from "@ethereumjs/vm";

const [genesisFile, chainFile, hashesFile] = process.argv.slice(2);
if (!chainFile) {
  console.error("usage: node replay.mjs GENESIS.json CHAIN.rlp [HASHES.txt]");
  process.exit(2);
}

function fail(message) {
  console.error("replay: " + message);
  process.exit(1);
}

const hex = (text) => (text.startsWith("0x") ? text : "0x" + text);
const even = (text) => (text.length % 2 === 0 ? text : "0x0" + text.slice(2));
const quantity = (value) => BigInt(value ?? 0);

/// The alloc of a genesis file as ethereumjs takes it: [balance, code, slots, nonce] by address.
function stateOf(alloc) {
  const state = {};
  for (const [address, account] of Object.entries(alloc)) {
    const slots = Object.entries(account.storage ?? {}).map(([key, value]) => [
      hexToBytes("0x" + hex(key).slice(2).padStart(64, "0")),
      trimmed(value),
    ]);
    state[hex(address).toLowerCase()] = [
      "0x" + quantity(account.balance).toString(16),
      account.code ?? "0x",
      slots.filter(([, value]) => value.length > 0),
      "0x" + quantity(account.nonce).toString(16),
    ];
  }
  return state;
}

function trimmed(value) {
  const bytes = hexToBytes(even(hex(value)));
  let from = 0;
  while (from < bytes.length && bytes[from] === 0) from++;
  return bytes.subarray(from);
}

const genesis = JSON.parse(readFileSync(genesisFile, "utf8"));
const common = createCommonFromGethGenesis(genesis, { chain: "assay", hardfork: "osaka" });
const options = { common, setHardfork: true, skipConsensusFormatValidation: true };

// BLOCKHASH asks for these.
const blocks = new Map();
const blockchain = {
  getBlock: async (id) => blocks.get(Number(id)),
  putBlock: async () => {},
  shallowCopy: () => blockchain,
};

const vm = await createVM({ common, blockchain });
await vm.stateManager.generateCanonicalGenesis(stateOf(genesis.alloc));
const genesisRoot = await vm.stateManager.getStateRoot();
const genesisBlock = createBlock(
  {
    header: {
      difficulty: quantity(genesis.difficulty),
      gasLimit: quantity(genesis.gasLimit),
      timestamp: quantity(genesis.timestamp),
      extraData: genesis.extraData ?? "0x",
      mixHash: genesis.mixHash,
      nonce: "0x" + quantity(genesis.nonce).toString(16).padStart(16, "0"),
      coinbase: genesis.coinbase,
      baseFeePerGas: quantity(genesis.baseFeePerGas),
      stateRoot: genesisRoot,
    },
    withdrawals: [],
  },
  options,
);
blocks.set(0, genesisBlock);

const hashes = hashesFile ? readFileSync(hashesFile, "utf8").trim().split("\n") : [];
let rest = new Uint8Array(readFileSync(chainFile));
let parent = genesisBlock;
let root = genesisRoot;
let transactions = 0;
let gas = 0n;
let withdrawn = 0n;
const began = Date.now();
while (rest.length > 0) {
  const next = RLP.decode(rest, true);
  const encoded = rest.subarray(0, rest.length - next.remainder.length);
  rest = next.remainder;
  const block = createBlockFromRLP(encoded, options);
  const number = Number(block.header.number);
  if (number === 0) continue;
  if (!equalsBytes(block.header.parentHash, parent.hash())) {
    fail(`block ${number} names the parent ${bytesToHex(block.header.parentHash)},
  here block ${number - 1} hashes to ${bytesToHex(parent.hash())}`);
  }
  if (hashes.length > 0 && hashes[number - 1] !== bytesToHex(block.hash())) {
    fail(`block ${number} hashes to ${bytesToHex(block.hash())}, the node says ${hashes[number - 1]}`);
  }
  if (!(await block.transactionsTrieIsValid()) || !(await block.withdrawalsTrieIsValid())) {
    fail(`block ${number}: the root of its transactions or withdrawals differs`);
  }
  // Throws where the state root, receipts root, bloom, gas or requests hash differs.
  const result = await runBlock(vm, {
    block,
    root,
    skipBlockValidation: true,
    skipHeaderValidation: true,
  }).catch((error) => fail(`block ${number}: ${error.message}`));
  const stated = {
    stateRoot: [result.stateRoot, block.header.stateRoot],
    receiptsRoot: [result.receiptsRoot, block.header.receiptTrie],
    logsBloom: [result.logsBloom, block.header.logsBloom],
  };
  for (const [name, [computed, inHeader]] of Object.entries(stated)) {
    if (!equalsBytes(computed, inHeader)) {
      fail(`block ${number}: ${name} is ${bytesToHex(inHeader)}, here ${bytesToHex(computed)}`);
    }
  }
  if (result.gasUsed !== block.header.gasUsed) {
    fail(`block ${number}: gasUsed is ${block.header.gasUsed}, here ${result.gasUsed}`);
  }
  transactions += block.transactions.length;
  gas += result.gasUsed;
  for (const withdrawal of block.withdrawals ?? []) withdrawn += withdrawal.amount;
  blocks.set(number, block);
  parent = block;
  root = result.stateRoot;
}
if (parent === genesisBlock) fail("the chain file has no blocks");
console.log(
  `replay: ${parent.header.number} blocks, ${transactions} transactions, ${gas} gas, ` +
    `${withdrawn} gwei of withdrawals: the same state roots, receipts roots and hashes by ` +
    `@ethereumjs/vm (${((Date.now() - began) / 1000).toFixed(1)} s)`,
);
console.log(`replay: genesis ${bytesToHex(genesisBlock.hash())}`);
console.log(`replay: head    ${bytesToHex(parent.hash())} state ${bytesToHex(root)}`);
