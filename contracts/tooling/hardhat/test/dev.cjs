const assert = require('node:assert/strict');
const { ethers, network } = require('hardhat');

const COUNTER = '0x60148060095f395ff35f54600101805f555f52600160205fa160205ff3';

describe('assay dev as a Hardhat network', () => {
  it('deploys, calls and reads events with the node\'s own accounts', async () => {
    const [owner, other] = await ethers.getSigners();
    const contract = await new ethers.ContractFactory([], COUNTER, owner).deploy();
    await contract.waitForDeployment();
    const sent = await other.sendTransaction({ to: await contract.getAddress() });
    const receipt = await sent.wait();
    assert.equal(receipt.status, 1);
    assert.equal(receipt.logs.length, 1);
  });

  it('mines a transaction before the call that sent it returns', async () => {
    const [owner, other] = await ethers.getSigners();
    const before = await ethers.provider.getBalance(other.address);
    await owner.sendTransaction({ to: other.address, value: 5n });
    assert.equal(await ethers.provider.getBalance(other.address), before + 5n);
  });

  it('takes Hardhat\'s own methods', async () => {
    const snapshot = await network.provider.send('evm_snapshot');
    const address = '0x00000000000000000000000000000000000000a1';
    await network.provider.send('hardhat_setBalance', [address, '0xde0b6b3a7640000']);
    await network.provider.send('hardhat_impersonateAccount', [address]);
    const signer = await ethers.getSigner(address);
    await (await signer.sendTransaction({ to: address, value: 1n })).wait();
    await network.provider.send('hardhat_mine', ['0x10', '0x3c']);
    await network.provider.send('evm_increaseTime', [3600]);
    await network.provider.send('evm_mine');
    assert.equal((await network.provider.send('hardhat_metadata')).chainId, 1337);
    assert.equal(await network.provider.send('evm_revert', [snapshot]), true);
    assert.equal(await ethers.provider.getBalance(address), 0n);
  });
});
