package account

// Timezone is looked at by the tests of this room alone.
type Timezone = timezone
