import { expect, test } from 'vitest';
import { callerIn } from './app-view.ts';
import { Callers, type UndeclaredCall } from './callers.ts';

const orders = {
  appId: '/staging/shop/orders',
  addresses: ['172.20.0.5'],
  calls: ['/staging/shop/inventory'],
};

function open(): { callers: Callers; told: UndeclaredCall[] } {
  const told: UndeclaredCall[] = [];
  return { callers: new Callers((call) => told.push(call)), told };
}

test('a task may call what its app declares, and nothing else; each pair is told once', () => {
  const { callers, told } = open();
  callers.takeAll([orders]);
  expect(callers.undeclared('172.20.0.5', '/staging/shop/inventory')).toBeNull();
  for (let turn = 0; turn < 2; turn++) {
    expect(callers.undeclared('172.20.0.5', '/production/shop/inventory')).toBe('/staging/shop/orders');
  }
  expect(callers.undeclared('172.20.0.5', '/staging/shop/payments')).toBe('/staging/shop/orders');
  expect(told).toEqual([
    { from: '/staging/shop/orders', to: '/production/shop/inventory' },
    { from: '/staging/shop/orders', to: '/staging/shop/payments' },
  ]);
});

test('whoever is not known may call, and so may an app that declares nothing', () => {
  const { callers, told } = open();
  callers.takeAll([{ ...orders, calls: null }]);
  expect(callers.undeclared('172.20.0.5', '/production/shop/inventory')).toBeNull();
  expect(callers.undeclared('127.0.0.1', '/production/shop/inventory')).toBeNull();
  expect(told).toEqual([]);
});

test('an address that went over to another app is that app', () => {
  const { callers } = open();
  callers.takeAll([orders]);
  callers.take({
    appId: '/staging/shop/gateway',
    addresses: ['172.20.0.5'],
    calls: ['/staging/shop/orders'],
  });
  callers.take({ ...orders, addresses: ['172.20.0.6'] });
  expect(callers.undeclared('172.20.0.5', '/staging/shop/orders')).toBeNull();
  callers.forget('/staging/shop/gateway');
  expect(callers.undeclared('172.20.0.5', '/staging/shop/payments')).toBeNull();
});

test('processes share the address of their machine, and are told apart from nobody', () => {
  const tasks = [
    { id: 'a', host: '127.0.0.1', state: 'TASK_RUNNING', ipAddresses: [{ ipAddress: '127.0.0.1' }] },
    { id: 'b', host: '10.0.0.7', state: 'TASK_RUNNING', ipAddresses: [{ ipAddress: '10.0.0.7' }] },
    { id: 'c', host: '10.0.0.7', state: 'TASK_RUNNING', ipAddresses: [{ ipAddress: '172.20.0.5' }] },
  ];
  const app = { id: '/a', labels: { CALLS: '/b,/c' }, tasks };
  expect(callerIn(app, 'CALLS')).toEqual({ appId: '/a', addresses: ['172.20.0.5'], calls: ['/b', '/c'] });
  expect(callerIn({ ...app, labels: { CALLS: '' } }, 'CALLS').calls).toEqual([]);
  expect(callerIn(app, undefined).calls).toBeNull();
});
