// Compiles src/ with the pinned solc and writes one artifact a deployable contract to
// resources/org/assay/contracts/<Name>.json: {abi, bytecode, deployedBytecode, storageLayout}.
// `--check` writes nothing and fails, naming the file, where a committed artifact differs.
//
// The settings are foundry.toml's, so that forge tests the very bytes that genesis carries.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import solc from 'solc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const artifactDirectory = join(root, 'resources/org/assay/contracts');
const CODE_BYTES_MAX = 24_576; // EIP-170

const sourcePaths = readdirSync(join(root, 'src'), { recursive: true })
  .filter((path) => path.endsWith('.sol'))
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .sort();

const input = {
  language: 'Solidity',
  sources: Object.fromEntries(
    sourcePaths.map((path) => [path, { content: readFileSync(join(root, path), 'utf8') }]),
  ),
  settings: {
    evmVersion: 'osaka',
    optimizer: { enabled: true, runs: 10_000 },
    viaIR: false,
    metadata: { bytecodeHash: 'none', appendCBOR: false },
    remappings: ['@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/'],
    outputSelection: {
      '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode', 'storageLayout'] },
    },
  },
};

const output = JSON.parse(
  solc.compile(JSON.stringify(input), {
    import: (path) => {
      const file = join(root, path);
      return existsSync(file)
        ? { contents: readFileSync(file, 'utf8') }
        : { error: `no file ${path}` };
    },
  }),
);
// A warning about a package's file is the package's business; an error never is.
const problems = (output.errors ?? []).filter(
  ({ severity, sourceLocation }) =>
    severity === 'error' ||
    (severity === 'warning' && !sourceLocation?.file.startsWith('node_modules/')),
);
for (const problem of problems) console.error(problem.formattedMessage);
if (problems.length > 0) process.exit(1);

/** Storage slots without compiler-internal AST numbers, which change with unrelated edits. */
function storageOf(layout) {
  const plain = (text) => text.replace(/\)\d+/g, ')');
  return (layout.storage ?? []).map(({ label, slot, offset, type }) => ({
    label,
    slot,
    offset,
    type: plain(type),
  }));
}

const artifacts = new Map();
for (const path of sourcePaths) {
  for (const [name, contract] of Object.entries(output.contracts[path] ?? {})) {
    const bytecode = contract.evm.bytecode.object;
    const deployed = contract.evm.deployedBytecode.object;
    // solc opens a library with PUSH20 <its address> ADDRESS EQ; ours are all inlined.
    const isLibrary = deployed.startsWith(`73${'00'.repeat(20)}30`);
    if (bytecode === '' || isLibrary) continue; // interface, abstract contract or inlined library
    if (deployed.length / 2 > CODE_BYTES_MAX) {
      console.error(`${name}: ${deployed.length / 2} bytes of code, at most ${CODE_BYTES_MAX}`);
      process.exitCode = 1;
    }
    const artifact = {
      contract: name,
      source: path,
      compiler: solc.version(),
      abi: contract.abi,
      bytecode: `0x${bytecode}`,
      deployedBytecode: `0x${deployed}`,
      storageLayout: storageOf(contract.storageLayout),
    };
    artifacts.set(`${name}.json`, `${JSON.stringify(artifact, null, 1)}\n`);
  }
}

const present = existsSync(artifactDirectory)
  ? readdirSync(artifactDirectory).filter((file) => file.endsWith('.json'))
  : [];
const check = process.argv.includes('--check');
mkdirSync(artifactDirectory, { recursive: true });
for (const file of new Set([...present, ...artifacts.keys()])) {
  const path = join(artifactDirectory, file);
  const committed = existsSync(path) ? readFileSync(path, 'utf8') : null;
  const built = artifacts.get(file) ?? null;
  if (committed === built) continue;
  if (check) {
    console.error(`${relative(root, path)} is not what src/ compiles to: run npm run build`);
    process.exitCode = 1;
  } else if (built === null) {
    rmSync(path);
    console.log(`removed ${relative(root, path)}`);
  } else {
    writeFileSync(path, built);
    console.log(`wrote ${relative(root, path)}`);
  }
}
