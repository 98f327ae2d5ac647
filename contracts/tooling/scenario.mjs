// What every tool does with every settlement contract: deploys it from its artifact, then writes to the one
// at the fixed address. Each write's receipt must say success, each change of state is read back, and each
// refusal must be one. `viem.mjs`, `ethers.mjs` and `cast.mjs` give the tool: see `Tool` below.
import assert from 'node:assert/strict';
import { concat, encodeAbiParameters, encodePacked, keccak256, numberToHex, pad, parseEther, stringToHex, toHex, zeroAddress, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { system } from './system.mjs';

/**
 * @typedef {object} Tool
 * @property {string} key      of the sender
 * @property {(name: string, args: any[], value?: bigint) => Promise<string>} deploy          the new address
 * @property {(to: object, fn: string, args: any[], value?: bigint) => Promise<object>} send  the receipt: success and logs
 * @property {(to: object, fn: string, args: any[]) => Promise<any>} read                    one value
 * @property {(to: object, fn: string, args: any[], value?: bigint) => Promise<void>} refused
 * @property {(key: string, typed: object) => Promise<string>} sign                          EIP-712
 * @property {(method: string, params: any[]) => Promise<any>} rpc
 */

const CHAIN = 1337;
const OTHER_KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';
const VALIDATOR_KEY = keccak256(stringToHex('assay dev validator'));
const other = privateKeyToAccount(OTHER_KEY).address;
const validator = privateKeyToAccount(VALIDATOR_KEY).address;
const little = (value, bytes) => '0x' + Buffer.from(numberToHex(value, { size: bytes }).slice(2), 'hex').reverse().toString('hex');
const domainOf = (name, contract, version = '1') => ({ name, version, chainId: CHAIN, verifyingContract: contract.address });

/** Constructor arguments with which each contract can be deployed anywhere. */
function constructors(me) {
  const epochBlocks = 16;
  return {
    Prologue: [zeroHash],
    Staking: [
      { epochBlocks, exitDelayBlocks: 100, minValidatorStakeWei: 1n, minProviderStakeWei: 1n },
      [me], pad('0x01', { size: 48 }), [1n],
    ],
    ModelRegistry: [[]],
    Jobs: [{ burnBps: 5000, stakePerValueBps: 22000, stallBlocks: 64 }],
    Proofs: [{
      epochBlocks, openBlocks: 8, attestationBlocks: 8, challengeWindowBlocks: 32, challengeStepBlocks: 4,
      challengeBondWei: 1n, commitsPerEpoch: 8, cellsPerEpoch: 64, sidecarBytesPerEpoch: 65536,
    }],
    Rewards: [{ epochBlocks, vestingParts: 4, vestingPartBlocks: 4, holdBackBps: 0, holdBackBlocks: 0, betaBps: 8000 }],
    Credits: [{ maxAgeSeconds: 3600, minIntervalSeconds: 300, maxStepBps: 1000, remintBps: 0, weeklyRemintCapWei: 0n }],
    Channels: [], MerklePayout: [], AgentRegistry: [], AgentWalletFactory: [], WrappedNative: [],
    AgentWallet: [me, me, policyFor(other, 1n)],
  };
}

/** Up to 1 ether a call and `ether` a day, plain payments to `target` only. */
function policyFor(target, ether) {
  return {
    perTransactionWei: parseEther('1'), perDayWei: parseEther(String(ether)), expiry: 4102444800n,
    permissions: [{ target, selector: '0x00000000' }], tokenLimits: [],
  };
}

/** @param {Tool} tool */
export async function useEveryContract(tool) {
  const me = privateKeyToAccount(tool.key).address;
  const same = (actual, expected, what) => assert.equal(String(actual).toLowerCase(), String(expected).toLowerCase(), what);
  const balance = async (account) => BigInt(await tool.rpc('eth_getBalance', [account, 'latest']));
  const now = async () => BigInt((await tool.rpc('eth_getBlockByNumber', ['latest', false])).timestamp);
  const steps = { tool, me, same, balance, now };

  const deployments = Object.entries(constructors(me));
  for (const [name, args] of deployments) {
    const address = await tool.deploy(name, args);
    assert.notEqual(await tool.rpc('eth_getCode', [address, 'latest']), '0x', `code of ${name}`);
  }
  await prologue(steps);
  await staking(steps);
  const templateId = await registry(steps);
  await jobsProofsAndRewards(steps, templateId);
  await credits(steps);
  await channels(steps);
  await merklePayout(steps);
  await agents(steps);
  await wrapped(steps);
  return deployments.length;
}

async function prologue({ tool, same }) {
  const { Prologue } = system;
  const before = BigInt(await tool.read(Prologue, 'lastHeight', []));
  await tool.rpc('evm_mine', []);
  same(await tool.read(Prologue, 'lastHeight', []), before + 1n, 'every block has its prologue');
  await tool.refused(Prologue, 'prologue', ['0x', [], [], {
    mintedWei: 0n, burnedWei: 0n, recycledWei: 0n, notEmittedWei: 0n, lockedWei: 0n, remainderWei: 0n, clock: 0n,
    breakerWindowStart: 0n, breakerWindowGwei: 0n, nextWithdrawalIndex: 0n, epochAccruedWei: 0n, closedEpoch: 0n,
    closedEpochAllowanceWei: 0n, halted: false,
  }]);
}

async function staking({ tool, me, same }) {
  const { Staking } = system;
  await tool.send(Staking, 'registerProvider', [other], parseEther('50'));
  await tool.send(Staking, 'addStake', [1], parseEther('5'));
  same(await tool.read(Staking, 'providerStake', [me]), parseEther('55'), 'stake');
  same(await tool.read(Staking, 'beneficiaryOf', [me]), other, 'beneficiary');
  await tool.refused(Staking, 'registerProvider', [other], parseEther('50'));
}

async function registry({ tool, same }) {
  const { ModelRegistry } = system;
  const canonical = concat(['0x01', '0x01', '0x0000', keccak256('0x33'), little(101632n, 8), '0x0102']);
  const count = BigInt(await tool.read(ModelRegistry, 'templateCount', []));
  await tool.send(ModelRegistry, 'register', [canonical]);
  const templateId = keccak256(canonical);
  same(await tool.read(ModelRegistry, 'templateAt', [count]), templateId, 'template');
  same(await tool.read(ModelRegistry, 'exists', [templateId]), true, 'exists');
  await tool.refused(ModelRegistry, 'register', [canonical]);
  return templateId;
}

/** A job refunded before anyone took it; then one whose provider commits and goes silent, and loses its stake. */
async function jobsProofsAndRewards({ tool, me, same, balance }, templateId) {
  const { Jobs, Proofs, Prologue, Rewards, Staking } = system;
  const fee = parseEther('1');
  const expiry = BigInt(await tool.rpc('eth_blockNumber', [])) + 1000n;
  const request = { templateId, provider: zeroAddress, inputRoot: keccak256('0x44'), rows: 16, seqs: 1, maxNew: 0, expiry, hook: zeroAddress, feeWei: fee };
  const jobIdAt = (nonce) => keccak256(encodeAbiParameters([{ type: 'uint256' }, { type: 'address' }, { type: 'uint256' }], [BigInt(CHAIN), me, nonce]));

  await tool.send(Jobs, 'create', [request], fee);
  await tool.send(Jobs, 'cancel', [jobIdAt(0n)]);
  same(await tool.read(Jobs, 'balanceOf', [me]), fee, 'refund');
  await tool.send(Jobs, 'withdraw', [me]);
  same(await tool.read(Jobs, 'balanceOf', [me]), 0n, 'withdrawn');
  await tool.refused(Jobs, 'withdraw', [me]);

  await tool.send(Jobs, 'create', [request]);
  const jobId = jobIdAt(1n);
  await tool.send(Jobs, 'fund', [jobId], fee);
  await tool.send(Jobs, 'accept', [jobId]);
  same(await tool.read(Jobs, 'securedWei', [me]), fee, 'secured');
  const signedPart = concat([
    '0x01', '0x01', '0x0000', little(BigInt(CHAIN), 8), me, jobId, templateId, request.inputRoot, keccak256('0x55'),
    keccak256('0x66'), little(16n, 4), little(1n, 4), little(1000n, 8), little(expiry, 8),
  ]);
  await tool.send(Proofs, 'commit', [concat([signedPart, '0x' + '00'.repeat(65)])]);
  const commitId = keccak256(signedPart);
  same(await tool.read(Proofs, 'commitOfJob', [jobId]), commitId, 'commit');
  await tool.refused(Jobs, 'reject', [jobId]); // No verdict yet.

  const verdict = { address: Prologue.address, fromBlock: '0x0', topics: [keccak256(stringToHex('VerdictRecorded(bytes32,bool,uint8,uint64)')), commitId] };
  for (let i = 0; i < 64 && (await tool.rpc('eth_getLogs', [verdict])).length === 0; i++) await tool.rpc('hardhat_mine', ['0x8']);
  const receipt = await tool.send(Jobs, 'reject', [jobId]);
  const emitters = receipt.logs.map((log) => log.address.toLowerCase());
  for (const contract of [Jobs, Staking, Rewards]) assert.ok(emitters.includes(contract.address), 'an event of each');
  same(await tool.read(Jobs, 'balanceOf', [me]), fee, 'refund after the verdict');
  same(await tool.read(Staking, 'providerStake', [me]), 0n, 'slashed');
  const found = BigInt(await tool.read(Staking, 'creditOf', [validator]));
  same(found, parseEther('5.5'), "the finder's tenth");
  const before = await balance(validator);
  await tool.send(Staking, 'withdrawCredit', [validator]);
  same(await balance(validator) - before >= found, true, 'and it is paid');
  await tool.send(Rewards, 'tally', [8n]);
  await tool.refused(Rewards, 'claim', [commitId]);
}

/** One signed report is the median of a set of one. */
async function credits({ tool, me, same, now }) {
  const { Credits } = system;
  const report = { price: 200_000_000n, timestamp: await now() };
  const signature = await tool.sign(VALIDATOR_KEY, {
    domain: domainOf('Assay Credits', Credits), primaryType: 'PriceReport', message: report,
    types: { PriceReport: [{ name: 'price', type: 'uint128' }, { name: 'timestamp', type: 'uint64' }] },
  });
  await tool.send(Credits, 'submit', [[{ validatorIndex: 0, ...report, signature }]]);
  await tool.send(Credits, 'mint', [me, 0n], parseEther('1'));
  same(await tool.read(Credits, 'balanceOf', [me]), 200_000n, 'two dollars');
  await tool.send(Credits, 'use', [zeroHash, 50_000n]);
  same(await tool.read(Credits, 'balanceOf', [me]), 150_000n, 'used');
  same(await tool.read(Credits, 'burnedWei', []), parseEther('1'), 'burned');
  await tool.refused(Credits, 'use', [zeroHash, 150_001n]);
}

/** A channel in the native token, and one in the wrapped token that a third party opens. */
async function channels({ tool, me, same, balance }) {
  const { Channels, WrappedNative } = system;
  const config = { payer: me, payerAuthorizer: zeroAddress, receiver: other, receiverAuthorizer: me, token: zeroAddress, withdrawDelay: 900, salt: zeroHash };
  const id = await tool.read(Channels, 'getChannelId', [config]);
  await tool.send(Channels, 'deposit', [config, 1000n], 1000n);
  const voucher = { channelId: id, maxClaimableAmount: 700n };
  const signature = await tool.sign(tool.key, {
    domain: domainOf('x402 Batch Settlement', Channels), primaryType: 'Voucher', message: voucher,
    types: { Voucher: [{ name: 'channelId', type: 'bytes32' }, { name: 'maxClaimableAmount', type: 'uint128' }] },
  });
  await tool.send(Channels, 'claim', [[{ voucher: { channel: config, maxClaimableAmount: 700n }, signature, totalClaimed: 600n }]]);
  const before = await balance(other);
  await tool.send(Channels, 'settle', [other, zeroAddress]);
  same(await balance(other), before + 600n, 'the receiver is paid');
  await tool.send(Channels, 'refund', [config, 100n]);
  same(await tool.read(Channels, 'freeOf', [id]), 300n, 'free');
  await tool.refused(Channels, 'finalizeWithdraw', [config]);

  const ofToken = { ...config, token: WrappedNative.address };
  const tokenId = await tool.read(Channels, 'getChannelId', [ofToken]);
  await tool.send(WrappedNative, 'deposit', [], 5000n);
  const authorization = {
    from: me, to: Channels.address, value: 5000n, validAfter: 0n, validBefore: 4102444800n,
    nonce: keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [tokenId, 1n])),
  };
  const types = { ReceiveWithAuthorization: Object.entries({ from: 'address', to: 'address', value: 'uint256', validAfter: 'uint256', validBefore: 'uint256', nonce: 'bytes32' }).map(([name, type]) => ({ name, type })) };
  const authorized = await tool.sign(tool.key, { domain: domainOf('Wrapped Assay', WrappedNative), primaryType: 'ReceiveWithAuthorization', message: authorization, types });
  await tool.send(Channels, 'depositWithAuthorization', [ofToken, 5000n, 0n, 4102444800n, 1n, authorized]);
  same(await tool.read(Channels, 'freeOf', [tokenId]), 5000n, 'opened by signature');
}

/** A tree of one leaf. */
async function merklePayout({ tool, me, same, balance }) {
  const { MerklePayout } = system;
  const id = await tool.read(MerklePayout, 'idOf', [me, zeroAddress, zeroHash]);
  await tool.send(MerklePayout, 'open', [zeroAddress, zeroHash, 1n, 604800]);
  await tool.send(MerklePayout, 'deposit', [id, 1000n], 1000n);
  const root = keccak256(encodePacked(['uint8', 'uint32', 'address', 'uint128'], [0, 0, other, 900n]));
  await tool.send(MerklePayout, 'post', [id, 1n, root, 900n]);
  const before = await balance(other);
  const claim = { id, epoch: 1n, index: 0, account: other, cumulative: 900n, proof: '0x' };
  await tool.send(MerklePayout, 'claim', [claim]);
  same(await balance(other), before + 900n, 'paid');
  same(await tool.read(MerklePayout, 'claimedOf', [id, other]), 900n, 'booked');
  await tool.refused(MerklePayout, 'claim', [claim]);
}

/** An identity; a wallet whose agent pays once and is stopped. */
async function agents({ tool, me, same, balance }) {
  const { AgentRegistry, AgentWalletFactory, AgentWallet } = system;
  await tool.send(AgentRegistry, 'register(string)', ['ipfs://agent']);
  same(await tool.read(AgentRegistry, 'balanceOf', [me]), 1n, 'identity');
  await tool.refused(AgentRegistry, 'recordVerdict', [0n, zeroHash]);

  const salt = toHex('tooling', { size: 32 });
  const policy = policyFor(other, 2n);
  const address = await tool.read(AgentWalletFactory, 'addressOf', [me, me, policy, salt]);
  await tool.send(AgentWalletFactory, 'create', [me, me, policy, salt], parseEther('3'));
  same(await tool.read(AgentWalletFactory, 'isWallet', [address]), true, 'a wallet');
  const wallet = { ...AgentWallet, address };
  const before = await balance(other);
  await tool.send(wallet, 'execute', [other, parseEther('0.5'), '0x']);
  same(await balance(other), before + parseEther('0.5'), 'the agent paid');
  same(await tool.read(wallet, 'sequence', []), 1n, 'one entry of the log');
  await tool.refused(wallet, 'execute', [other, parseEther('1.1'), '0x']);
  await tool.refused(wallet, 'execute', [me, 1n, '0x']);
  await tool.send(wallet, 'kill', []);
  await tool.refused(wallet, 'execute', [other, 1n, '0x']);
}

async function wrapped({ tool, me, same }) {
  const { WrappedNative } = system;
  const before = BigInt(await tool.read(WrappedNative, 'balanceOf', [other]));
  await tool.send(WrappedNative, 'deposit', [], parseEther('1'));
  await tool.send(WrappedNative, 'transfer', [other, 5n]);
  same(await tool.read(WrappedNative, 'balanceOf', [other]), before + 5n, 'transfer');
  await tool.send(WrappedNative, 'withdraw', [parseEther('0.5')]);
  await tool.refused(WrappedNative, 'withdraw', [parseEther('100')]);
  same(await tool.read(WrappedNative, 'balanceOf', [me]), parseEther('0.5') - 5n, 'withdraw');
}
