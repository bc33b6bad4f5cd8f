import { ApiError, httpApp, readBody } from '../../../services/orders/src/chassis/http.ts';
import { createLog } from '../../../services/orders/src/chassis/log.ts';
import { httpSettings, readSettings } from '../../../services/orders/src/chassis/settings.ts';
import { testChassis } from '../../support/chassis.ts';

testChassis({ ApiError, createLog, httpApp, httpSettings, readBody, readSettings });
