import { Controller, Get, Param, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { findPage, findResource, PageQuery, Requires, ResourceQuery } from '@tenantry/platform';
import { Repository } from 'typeorm';
import { Parcel } from './parcel.entity.js';

@Controller('parcels')
export class ParcelsController {
  constructor(@InjectRepository(Parcel) private readonly parcels: Repository<Parcel>) {}

  @Get()
  @Requires('parcels:read')
  list(@Query() page: PageQuery) {
    return findPage(this.parcels, page);
  }

  @Get(':id')
  @Requires('parcels:read')
  read(@Param('id') id: string, @Query() query: ResourceQuery) {
    return findResource(this.parcels, id, query);
  }
}
