import assert from 'node:assert/strict';
import { Contract, ContractFactory, JsonRpcProvider, Wallet, WebSocketProvider, verifyTypedData, id } from 'ethers';
import { COUNTER, system } from './system.mjs';
import { useEveryContract } from './scenario.mjs';

const provider = new JsonRpcProvider(process.env.RPC_URL, undefined, { polling: true, pollingInterval: 50, cacheTimeout: -1 });
const wallet = new Wallet(process.env.KEY, provider);
const socket = new WebSocketProvider(process.env.RPC_URL.replace('http', 'ws'));
const seen = [];
await socket.on('block', (number) => seen.push(number));

const contract = await new ContractFactory([], COUNTER, wallet).deploy();
const receipt = await contract.deploymentTransaction().wait();
assert.equal(receipt.status, 1);
for (const type of [0, 1, 2]) {
  const sent = await wallet.sendTransaction({ to: receipt.contractAddress, type });
  const mined = await sent.wait();
  assert.equal(mined.type, type);
  assert.equal(mined.logs.length, 1);
}
assert.equal(BigInt(await provider.getStorage(receipt.contractAddress, 0)), 3n);

const domain = { name: 'Assay', version: '1', chainId: 1337 };
const types = { Order: [{ name: 'to', type: 'address' }, { name: 'amount', type: 'int128' }, { name: 'note', type: 'bytes' }] };
const value = { to: wallet.address, amount: -5, note: '0x0102' };
const signer = await provider.getSigner(0);
const signature = await signer.signTypedData(domain, types, value);
assert.equal(verifyTypedData(domain, types, value, signature), wallet.address);

// every settlement contract
const at = ({ address, abi }) => new Contract(address, abi, wallet);
const mined = async (sent) => {
  const included = await sent.wait();
  assert.equal(included.status, 1);
  return included;
};
const deployedCount = await useEveryContract({
  key: process.env.KEY,
  deploy: async (name, args, value = 0n) => {
    const made = await new ContractFactory(system[name].abi, system[name].bytecode, wallet).deploy(...args, { value });
    await mined(made.deploymentTransaction());
    return made.getAddress();
  },
  send: async (to, method, args, value = 0n) => mined(await at(to)[method](...args, { value })),
  read: (to, method, args) => at(to)[method](...args),
  refused: (to, method, args, value = 0n) => assert.rejects(at(to)[method].staticCall(...args, { value }), { code: 'CALL_EXCEPTION' }),
  sign: (key, { domain: of, types: by, message }) => new Wallet(key).signTypedData(of, by, message),
  rpc: (method, params) => provider.send(method, params),
});

// events by filter
const wrapped = at(system.WrappedNative);
const other = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
await mined(await wrapped.transfer(other, 7n));
const events = await wrapped.queryFilter(wrapped.filters.Transfer(wallet.address, other));
assert.equal(events.at(-1).args[2], 7n);

// helper contracts from block 0
for (const [name, address] of [
  ['CREATE2 factory', '0x4e59b44847b379578588920cA78FbF26c0B4956C'],
  ['Multicall3', '0xcA11bde05977b3631167028862bE2a173976CA11'],
  ['Permit2', '0x000000000022D473030F116dDEE9F6B43aC78BA3'],
]) {
  assert.notEqual(await provider.getCode(address, 0), '0x', name);
}
await (await wallet.sendTransaction({ to: '0x4e59b44847b379578588920cA78FbF26c0B4956C', data: id('salt') + COUNTER.slice(2) })).wait();
for (let i = 0; seen.length === 0 && i < 50; i++) await new Promise((resolve) => setTimeout(resolve, 100));
assert.ok(seen.length > 0, 'blocks came over WebSocket');
console.log(`ethers: ${deployedCount} contracts deployed, all used, ${seen.length} blocks by subscription, block ${await provider.getBlockNumber()}`);
process.exit(0);
