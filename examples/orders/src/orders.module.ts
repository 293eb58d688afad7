import { TenantryModule } from '@tenantry/platform';
import { CurrencyIsRequired } from './changes/currency-is-required.change.js';
import { CustomerIsAnObject } from './changes/customer-is-an-object.change.js';
import { LinesNameTheirProduct } from './changes/lines-name-their-product.change.js';
import { StatusSaysMore } from './changes/status-says-more.change.js';
import { CreateOrders1785715200000 } from './create-orders.migration.js';
import { IndexOrders1793700100000 } from './index-orders.migration.js';
import { OrderLine } from './order-line.entity.js';
import { Order } from './order.entity.js';
import { OrdersController } from './orders.controller.js';

@TenantryModule({
  name: 'orders',
  compatibility: '^1.0.0',
  entities: [Order, OrderLine],
  tenantMigrations: [CreateOrders1785715200000, IndexOrders1793700100000],
  permissions: { 'orders:read': 'Read orders', 'orders:write': 'Place and change orders' },
  apiSince: '2026-01-15',
  apiChanges: [LinesNameTheirProduct, CurrencyIsRequired, CustomerIsAnObject, StatusSaysMore],
  controllers: [OrdersController],
})
export class OrdersModule {}
