// Answers the two calls that Foundry makes of a compiler: --version, and --standard-json on stdin.
// The rest of solc's command line is refused rather than ignored.
import { readFileSync } from 'node:fs';
import solc from 'solc';

const flags = process.argv.slice(2);
if (flags.includes('--version')) {
  // Foundry parses the platform suffix and knows native builds only.
  const version = solc.version().replace('.Emscripten.clang', '.Linux.g++');
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${version}`);
} else if (flags.includes('--standard-json')) {
  const missing = (path) => ({ error: `${path} is not among the given sources` });
  process.stdout.write(solc.compile(readFileSync(0, 'utf8'), { import: missing }));
} else {
  console.error(`unsupported arguments: ${flags.join(' ')}`);
  process.exitCode = 1;
}
