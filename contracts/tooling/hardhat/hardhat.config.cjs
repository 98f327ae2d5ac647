require('@nomicfoundation/hardhat-ethers');

module.exports = {
  solidity: '0.8.28',
  networks: { dev: { url: process.env.RPC_URL, chainId: 1337 } },
};
