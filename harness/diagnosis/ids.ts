/** Marathon names a task by its app: `shop_orders.instance-…` runs `/shop/orders`. */
export function appIdOfTask(taskId: string): string {
  return `/${(taskId.split('.')[0] ?? '').replaceAll('_', '/')}`;
}

/** What a person says: the last part of the id. */
export function shortName(appId: string): string {
  return appId.slice(appId.lastIndexOf('/') + 1);
}
