import { ApiError, httpApp, readBody } from '../../../services/payments/src/chassis/http.ts';
import { createLog } from '../../../services/payments/src/chassis/log.ts';
import { httpSettings, readSettings } from '../../../services/payments/src/chassis/settings.ts';
import { testChassis } from '../../support/chassis.ts';

testChassis({ ApiError, createLog, httpApp, httpSettings, readBody, readSettings });
