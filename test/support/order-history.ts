/** The versions of the platform with examples/orders, and an order in the shape of each. */
export const NEWEST = '2026-11-22';
export const VERSIONS = ['2026-01-15', '2026-03-02', '2026-05-11', '2026-07-20', '2026-10-05', '2026-11-01', NEWEST];

export const customer = { name: 'Ada', email: 'ada@example.com' };
const flat = { customerName: 'Ada', customerEmail: 'ada@example.com' };
export const line = { quantity: 2, unitPrice: '9.50' };

/** What a caller of each version sends, and what it gets besides id and times. */
const SPOKEN: Readonly<Record<string, { readonly sent: object; readonly answered: object }>> = {
  '2026-01-15': {
    sent: { ...flat, lines: [{ article: 'Cup', ...line }] },
    answered: { ...flat, status: 'new', currency: 'EUR', lines: [{ article: 'Cup', ...line }] },
  },
  '2026-03-02': {
    sent: { ...flat, lines: [{ product: 'Cup', ...line }] },
    answered: { ...flat, status: 'new', currency: 'EUR', lines: [{ product: 'Cup', ...line }] },
  },
  '2026-05-11': {
    sent: { ...flat, currency: 'USD', lines: [{ product: 'Cup', ...line }] },
    answered: { ...flat, status: 'new', currency: 'USD', lines: [{ product: 'Cup', ...line }] },
  },
  '2026-07-20': {
    sent: { customer, currency: 'USD', lines: [{ product: 'Cup', ...line }] },
    answered: { customer, status: 'new', currency: 'USD', lines: [{ product: 'Cup', ...line }] },
  },
  '2026-10-05': {
    sent: { customer, currency: 'USD', lines: [{ product: 'Cup', ...line }] },
    answered: { customer, status: 'open', currency: 'USD', lines: [{ product: 'Cup', ...line }] },
  },
  '2026-11-01': {
    sent: { customer, currency: 'USD', lines: [{ product: 'Cup', ...line }] },
    answered: { customer, status: 'open', currency: 'USD', lines: [{ product: 'Cup', ...line }] },
  },
  [NEWEST]: {
    sent: { customer, currency: 'USD', lines: [{ product: 'Cup', ...line }] },
    answered: { customer, status: 'open', currency: 'USD', lines: [{ product: 'Cup', ...line }] },
  },
};

export const spoken = (version: string) => SPOKEN[version] ?? { sent: {}, answered: {} };
