// Lists a day's faxes with axios.
const axios = require('axios')

async function main() {
  const { env } = process
  const { data } = await axios.post(
    `${env.FAX_BASE}/v1/customer/inbound/fax-list`,
    {
      numberId: env.FAX_NUMBER_ID,
      orderId: env.FAX_ORDER_ID,
      markedAs: 'Done',
      startDate: env.FAX_START_DATE,
      endDate: env.FAX_END_DATE,
    },
    { headers: { accessToken: env.FAX_TOKEN } },
  )
  process.stdout.write(JSON.stringify(data))
}

main()
