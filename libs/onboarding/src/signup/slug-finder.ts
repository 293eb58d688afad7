import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import slugify from '@sindresorhus/slugify';
import { checkSlug, PLATFORM, TenantEntity } from '@tenantry/tenancy';
import { In, type Repository } from 'typeorm';

const MOST = 5;
const LONGEST = 50;

/** Slugs for an organization's name that no tenant has. */
@Injectable()
export class SlugFinder {
  constructor(@InjectRepository(TenantEntity, PLATFORM) private readonly tenants: Repository<TenantEntity>) {}

  /** At most five, the plainest first. */
  async suggest(name: string): Promise<string[]> {
    const candidates = candidatesFor(name);
    const taken = await this.tenants.find({ select: { slug: true }, where: { slug: In(candidates) } });
    const isTaken = new Set(taken.map(({ slug }) => slug));
    return candidates.filter((slug) => !isTaken.has(slug)).slice(0, MOST);
  }
}

function candidatesFor(name: string): string[] {
  const words =
    slugify(name)
      .slice(0, LONGEST)
      .replace(/^[^a-z]+|-+$/g, '') || 'team';
  const numbered = Array.from({ length: 4 }, () => `${words}-${randomInt(100, 10_000)}`);
  const all = [words, `${words}-team`, `${words}-hq`, `${words}-app`, ...numbered];
  return [...new Set(all)].filter(isAllowed);
}

function isAllowed(slug: string): boolean {
  try {
    checkSlug(slug);
    return true;
  } catch {
    return false;
  }
}
