// The scenario by Foundry's cast, as a shell user would: each step is one command.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { toFunctionSignature } from 'viem';
import { system } from './system.mjs';
import { useEveryContract } from './scenario.mjs';

const CAST = 'node_modules/@foundry-rs/cast-linux-amd64/bin/cast';
const url = ['--rpc-url', process.env.RPC_URL];
const from = ['--private-key', process.env.KEY];

function cast(args) {
  const { status, stdout, stderr } = spawnSync(CAST, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`cast ${args[0]}: ${stderr}`);
  return stdout.trim();
}

/** A value in cast's own words: tuples in brackets, by the ABI's order. */
function words(value, { type, components }) {
  if (type.endsWith(']')) return `[${value.map((item) => words(item, { type: type.slice(0, type.lastIndexOf('[')), components })).join(',')}]`;
  if (type === 'tuple') return `(${components.map((part) => words(value[part.name], part)).join(',')})`;
  return String(value);
}

function call(contract, name, args) {
  const entry = contract.abi.find((item) => item.type === 'function' && (item.name === name || toFunctionSignature(item) === name));
  const outputs = entry.outputs.length === 1 ? `(${entry.outputs[0].type})` : '';
  return { signature: toFunctionSignature(entry), outputs, args: args.map((value, i) => words(value, entry.inputs[i])) };
}

function included(output) {
  const receipt = JSON.parse(output);
  assert.equal(receipt.status, '0x1');
  return receipt;
}

const deployed = await useEveryContract({
  key: process.env.KEY,
  deploy: async (name, args, value = 0n) => {
    const inputs = system[name].abi.find((item) => item.type === 'constructor')?.inputs ?? [];
    const signature = toFunctionSignature({ type: 'function', name: 'constructor', inputs, outputs: [], stateMutability: 'payable' });
    const encoded = inputs.length === 0 ? '0x' : cast(['abi-encode', signature, ...args.map((arg, i) => words(arg, inputs[i]))]);
    return included(cast(['send', ...url, ...from, '--json', '--value', String(value), '--create', system[name].bytecode + encoded.slice(2)])).contractAddress;
  },
  send: async (to, name, args, value = 0n) => {
    const { signature, args: given } = call(to, name, args);
    return included(cast(['send', ...url, ...from, '--json', '--value', String(value), to.address, signature, ...given]));
  },
  read: async (to, name, args) => {
    const { signature, outputs, args: given } = call(to, name, args);
    return cast(['call', ...url, to.address, signature + outputs, ...given]).split(' ')[0];
  },
  refused: async (to, name, args, value = 0n) => {
    const { signature, args: given } = call(to, name, args);
    assert.throws(() => cast(['call', ...url, ...from, '--value', String(value), to.address, signature, ...given]), /revert/);
  },
  sign: async (key, { domain, types, primaryType, message }) => {
    const kinds = { name: 'string', version: 'string', chainId: 'uint256', verifyingContract: 'address' };
    const all = { ...types, EIP712Domain: Object.entries(kinds).map(([name, type]) => ({ name, type })) };
    const plain = (value) => (typeof value === 'bigint' ? value.toString() : value);
    const text = JSON.stringify({ types: all, primaryType, domain, message }, (_, value) => plain(value));
    return cast(['wallet', 'sign', '--private-key', key, '--data', text]);
  },
  rpc: async (method, params) => JSON.parse(cast(['rpc', ...url, '--raw', method, JSON.stringify(params)])),
});
console.log(`cast: ${deployed} contracts deployed, all used`);
