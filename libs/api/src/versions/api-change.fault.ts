/** A change of the HTTP contract that does not fit the contract; found before the server listens. */
export class ApiChangeFault extends Error {
  constructor(module: string, change: string, fault: string) {
    super(`Module "${module}", API change ${change}: ${fault}`);
    this.name = 'ApiChangeFault';
  }
}
