// An independent peer: @ethereumjs/devp2p completes RLPx, Hello and eth/68's status with a node,
// downloads headers, bodies and receipts, and its transactions reach the node's blocks. Starts the
// node itself, on a Besu-style QBFT genesis with one validator. Usage: node peer.mjs ASSAY-COMMAND...
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCommonFromGethGenesis } from '@ethereumjs/common'
import { ETH, RLPx } from '@ethereumjs/devp2p'
import { RLP } from '@ethereumjs/rlp'
import { keccak256 } from 'ethereum-cryptography/keccak.js'
import { secp256k1 } from 'ethereum-cryptography/secp256k1.js'

const CHAIN_ID = 4242
const WAIT_MILLIS = 40_000
const hex = (bytes) => '0x' + Buffer.from(bytes).toString('hex')
const bytes = (text) => Uint8Array.from(Buffer.from(text.replace(/^0x/, ''), 'hex'))
const number = (value) => (value.length === 0 ? 0 : parseInt(hex(value), 16))
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis))
const publicKey = (secret) => secp256k1.getPublicKey(secret, false).slice(1)
const addressOf = (secret) => keccak256(publicKey(secret)).slice(12)

const validator = randomBytes(32)
const rich = randomBytes(32)
const receiver = bytes('0x' + '42'.repeat(20))
const folder = mkdtempSync(join(tmpdir(), 'assay-peer-'))
let assay
let passed = 0

function ok(what) {
  passed++
  console.log(`ok ${passed} ${what}`)
}

function genesis() {
  const extraData = RLP.encode([new Uint8Array(32), [addressOf(validator)], [], 0, []])
  const zero = {}
  for (const fork of ['homestead', 'eip150', 'eip155', 'eip158', 'byzantium', 'constantinople',
    'petersburg', 'istanbul', 'berlin', 'london']) zero[`${fork}Block`] = 0
  return {
    config: {
      chainId: CHAIN_ID, ...zero, shanghaiTime: 0, cancunTime: 0,
      qbft: { blockperiodseconds: 1, epochlength: 30000, requesttimeoutseconds: 2 },
    },
    nonce: '0x0', timestamp: '0x0', gasLimit: '0x1c9c380', difficulty: '0x1',
    mixHash: '0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365',
    coinbase: '0x' + '00'.repeat(20), baseFeePerGas: '0x7', extraData: hex(extraData),
    alloc: { [hex(addressOf(rich)).slice(2)]: { balance: '0xde0b6b3a7640000' } },
  }
}

function start(command) {
  writeFileSync(join(folder, 'genesis.json'), JSON.stringify(genesis()))
  writeFileSync(join(folder, 'validator.key'), hex(validator).slice(2) + '\n', { mode: 0o600 })
  const flags = ['node', '--genesis', join(folder, 'genesis.json'), '--data-dir', join(folder, 'data'),
    '--key', join(folder, 'validator.key'), '--p2p-port', '0', '--rpc-port', '0']
  assay = spawn(command[0], [...command.slice(1), ...flags], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  return new Promise((resolve, reject) => {
    let text = ''
    assay.on('exit', (code) => reject(new Error(`the node ended with ${code}:\n${text}`)))
    assay.stdout.on('data', (data) => {
      text += data
      const ready = /ready: .*rpc (http:\S+?),? .*p2p (?:\S*:)?(\d+)/.exec(text)
      if (ready) resolve({ url: ready[1], port: Number(ready[2]) })
    })
  })
}

async function rpc(url, method, ...params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  const { result, error } = await answer.json()
  if (error) throw new Error(`${method}: ${error.message}`)
  return result
}

async function until(what, look) {
  const end = Date.now() + WAIT_MILLIS
  while (Date.now() < end) {
    const found = await look()
    if (found) return found
    await pause(100)
  }
  throw new Error(`in vain for ${what}`)
}

function transfer(nonce) {
  const fields = [nonce, 2_000_000_000, 21_000, receiver, 1000, new Uint8Array()]
  const digest = keccak256(RLP.encode([...fields, CHAIN_ID, 0, 0]))
  const signature = secp256k1.sign(digest, rich)
  const signed = [...fields, CHAIN_ID * 2 + 35 + signature.recovery, signature.r, signature.s]
  return { signed, hash: hex(keccak256(RLP.encode(signed))), size: RLP.encode(signed).length }
}

/** QBFT: the block hash is that of the header with round 0 and without seals. */
function blockHash(header) {
  const [vanity, validators, vote] = RLP.decode(header[12])
  const changed = [...header]
  changed[12] = RLP.encode([vanity, validators, vote, 0, []])
  return hex(keccak256(RLP.encode(changed)))
}

async function main(command) {
  const { url, port } = await start(command)
  const first = await rpc(url, 'eth_getBlockByNumber', '0x0', false)
  const json = genesis()
  delete json.config.qbft
  const common = createCommonFromGethGenesis(json, { chain: 'assay', genesisHash: bytes(first.hash) })
  const rlpx = new RLPx(randomBytes(32), { maxPeers: 1, capabilities: [ETH.eth68], common })
  const messages = []
  const peerAdded = new Promise((resolve) => rlpx.events.once('peer:added', resolve))
  rlpx.events.on('error', (error) => console.error(String(error)))
  rlpx.events.on('peer:error', (_peer, error) => console.error(String(error)))
  rlpx.events.on('peer:removed', (_peer, reason) => messages.push({ code: -1, reason }))
  await rlpx.connect({ id: publicKey(validator), address: '127.0.0.1', tcpPort: port })
  const peer = await peerAdded
  ok(`RLPx and Hello with ${Buffer.from(peer.getHelloMessage().clientId)}`)

  const eth = peer.getProtocols()[0]
  eth.events.on('message', (code, payload) => messages.push({ code, payload }))
  const status = new Promise((resolve, reject) => {
    eth.events.once('status', resolve)
    setTimeout(() => reject(new Error('no status')), WAIT_MILLIS).unref()
  })
  eth.sendStatus({ td: Uint8Array.of(1), bestHash: bytes(first.hash), genesisHash: bytes(first.hash) })
  const theirs = await status
  assert.equal(number(theirs.chainId), CHAIN_ID)
  ok(`eth/68 status, fork id ${hex(theirs.forkId[0])}`)

  const answer = async (code, id) => {
    const found = await until(`answer ${code}`, () => {
      assert(!messages.some((one) => one.code === -1), 'disconnected')
      return messages.find((one) => one.code === code && number(one.payload[0]) === id)
    })
    return found.payload[1]
  }
  await until('three blocks', async () => Number(await rpc(url, 'eth_blockNumber')) >= 3)
  eth.sendMessage(0x03, [7, [1, 3, 0, 0]])
  const headers = await answer(0x04, 7)
  assert.deepEqual(headers.map((header) => number(header[8])), [1, 2, 3])
  for (const [i, header] of headers.entries()) {
    const block = await rpc(url, 'eth_getBlockByNumber', `0x${i + 1}`, false)
    assert.equal(blockHash(header), block.hash)
    if (i > 0) assert.equal(hex(header[0]), blockHash(headers[i - 1]))
    assert(RLP.decode(header[12])[4].length === 1, 'with its seal')
  }
  eth.sendMessage(0x03, [8, [bytes(blockHash(headers[2])), 2, 0, 1]])
  assert.deepEqual((await answer(0x04, 8)).map((header) => number(header[8])), [3, 2])
  ok('headers by number and by hash, in both directions')

  const sent = transfer(0)
  eth.sendMessage(0x02, [sent.signed])
  const receipt = await until('the transaction', () => rpc(url, 'eth_getTransactionReceipt', sent.hash))
  assert.equal(receipt.status, '0x1')
  ok(`a transaction sent whole is in block ${Number(receipt.blockNumber)}`)

  const announced = transfer(1)
  eth.sendMessage(0x08, [Uint8Array.of(0), [announced.size], [bytes(announced.hash)]])
  const asked = await until('the request', () => messages.find((one) => one.code === 0x09))
  assert.deepEqual(asked.payload[1].map(hex), [announced.hash])
  eth.sendMessage(0x0a, [asked.payload[0], [announced.signed]])
  const second = await until('the announced one', () => rpc(url, 'eth_getTransactionReceipt', announced.hash))
  ok(`an announced transaction was asked for and is in block ${Number(second.blockNumber)}`)

  eth.sendMessage(0x05, [9, [bytes(receipt.blockHash), bytes(second.blockHash)]])
  const bodies = await answer(0x06, 9)
  assert(bodies[0][0].some((one) => hex(keccak256(RLP.encode(one))) === sent.hash))
  assert(bodies[1][0].some((one) => hex(keccak256(RLP.encode(one))) === announced.hash))
  ok('bodies')
  eth.sendMessage(0x0f, [10, [bytes(receipt.blockHash)]])
  const receipts = (await answer(0x10, 10))[0]
  assert.equal(number(receipts[0][0]), 1)
  assert.equal(number(receipts[0][1]), 21_000)
  assert.equal(receipts[0][2].length, 256)
  ok('receipts')
  const pushed = await until('a new block', () => messages.find((one) => one.code === 0x07))
  assert(number(pushed.payload[0][0][8]) > 0)
  ok(`new blocks are announced: ${number(pushed.payload[0][0][8])}`)
  rlpx.destroy()
}

function stop() {
  if (assay) {
    assay.removeAllListeners('exit')
    try {
      process.kill(-assay.pid, 'SIGTERM')
    } catch { /* has ended */ }
  }
}

const alarm = setTimeout(() => { console.error('failed: no end after two minutes'); stop(); process.exit(1) }, 120_000)
try {
  await main(process.argv.slice(2))
  console.log(`${passed} passed, 0 failed`)
  process.exitCode = 0
} catch (error) {
  console.error(error)
  console.log(`${passed} passed, 1 failed`)
  process.exitCode = 1
} finally {
  clearTimeout(alarm)
  stop()
  await pause(1500)
  rmSync(folder, { recursive: true, force: true })
  process.exit()
}
