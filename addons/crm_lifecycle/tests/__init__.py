from . import (
    test_access,
    test_as_of,
    test_domain_mbg,
    test_domain_stages,
    test_engine,
    test_external_transaction,
    test_external_transaction_import,
    test_fit,
    test_ledger,
    test_manual,
    test_partner,
    test_policy_preview,
)
