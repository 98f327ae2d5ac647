// Runs every tool against a live `assay dev`, started on a free port: `node run.mjs [part…]`.
// ASSAY names another launcher. Ends with 1 unless every part passed.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const parts = {
  viem: ['node', 'viem.mjs'],
  ethers: ['node', 'ethers.mjs'],
  foundry: ['sh', 'foundry.sh'],
  hardhat: ['sh', 'hardhat.sh'],
  web3j: ['sh', 'web3j.sh'],
};
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
const launcher = (process.env.ASSAY ?? join(here, '../../assay')).split(' ');

async function startNode() {
  const node = spawn(launcher[0], [...launcher.slice(1), 'dev', '--ephemeral', '--rpc-port', '0', '--format', 'json'], {
    cwd: join(here, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: node.stdout })) {
    const ready = JSON.parse(line);
    return { node, url: ready.rpc, key: Object.values(ready.accounts)[0] };
  }
  throw new Error('assay dev ended before it was ready');
}

let failed = 0;
for (const part of chosen) {
  const { node, url, key } = await startNode();
  const begin = Date.now();
  const [command, ...args] = parts[part];
  const { status } = spawnSync(command, args, {
    cwd: here,
    stdio: 'inherit',
    timeout: 300_000,
    env: { ...process.env, RPC_URL: url, KEY: key, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' },
  });
  node.kill('SIGTERM');
  if (status !== 0) failed++;
  console.log(`${status === 0 ? 'passed' : 'FAILED'} ${part} (${Math.round((Date.now() - begin) / 1000)} s)`);
}
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
