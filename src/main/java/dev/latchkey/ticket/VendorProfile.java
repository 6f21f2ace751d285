package dev.latchkey.ticket;

/** What a user says of its vendor: how it logs in where a ticket does not say it, and who it is. */
record VendorProfile(VendorAccess access, Company company) {}
