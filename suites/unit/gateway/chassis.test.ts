import { ApiError, httpApp, readBody } from '../../../services/gateway/src/chassis/http.ts';
import { createLog } from '../../../services/gateway/src/chassis/log.ts';
import { httpSettings, readSettings } from '../../../services/gateway/src/chassis/settings.ts';
import { testChassis } from '../../support/chassis.ts';

testChassis({ ApiError, createLog, httpApp, httpSettings, readBody, readSettings });
