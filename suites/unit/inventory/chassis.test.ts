import { ApiError, httpApp, readBody } from '../../../services/inventory/src/chassis/http.ts';
import { createLog } from '../../../services/inventory/src/chassis/log.ts';
import { httpSettings, readSettings } from '../../../services/inventory/src/chassis/settings.ts';
import { testChassis } from '../../support/chassis.ts';

testChassis({ ApiError, createLog, httpApp, httpSettings, readBody, readSettings });
