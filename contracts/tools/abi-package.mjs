// Writes the npm package of ABIs and addresses to abi/: plain ES module for viem and ethers, with literal
// types, from which viem infers arguments and results. `npm pack ./abi` makes the tarball.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const artifacts = join(root, 'resources/org/assay/contracts');
const target = join(root, 'abi');

const lower = (name) => name[0].toLowerCase() + name.slice(1);
const contracts = readdirSync(artifacts)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => JSON.parse(readFileSync(join(artifacts, file), 'utf8')))
  .filter(({ abi }) => Array.isArray(abi));

// `NAME = 0x…;` of the Solidity library, the one table of addresses.
const library = readFileSync(join(root, 'src/SystemAddresses.sol'), 'utf8');
const camel = (name) => name.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const addresses = Object.fromEntries(
  [...library.matchAll(/constant (\w+) = (0x[0-9a-fA-F]{40});/g)].map(([, name, hex]) => [
    camel(name),
    hex,
  ]),
);

let code = `export const addresses = ${JSON.stringify(addresses, null, 2)};\n`;
// JSON text is also a TypeScript type: strings and booleans are literals, arrays tuples.
let types = `export declare const addresses: ${JSON.stringify(addresses, null, 2)};\n`;
for (const { contract, abi } of contracts) {
  code += `export const ${lower(contract)}Abi = ${JSON.stringify(abi)};\n`;
  types += `export declare const ${lower(contract)}Abi: ${JSON.stringify(abi)};\n`;
}
const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const description = {
  name: '@assay/abi',
  version,
  description: "ABIs and addresses of Assay's system contracts",
  license,
  type: 'module',
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  files: ['index.js', 'index.d.ts'],
  sideEffects: false,
};
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'index.js'), code);
writeFileSync(join(target, 'index.d.ts'), types);
writeFileSync(join(target, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
console.log(`${contracts.length} ABIs in ${target}`);
