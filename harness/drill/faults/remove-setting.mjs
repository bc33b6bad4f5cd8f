for (const variable of __VARIABLES__) delete process.env[variable];
