"""Terms that say why data is processed, on what ground, and whose it is: the Data Privacy Vocabulary (DPV 2, W3C).

Legal bases are DPV's own, those of its GDPR extension (article 6 for all data, article 9 for special categories), and
two of India's DPDP Act 2023 (sections 6 and 7), for which DPV has no terms yet.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pipeline.contracts.place import Place
from pipeline.contracts.terms import words
from pipeline.contracts.vocabulary import nearest

Kind = Literal["purpose", "legal basis", "category of persons"]


def _under(prefix: str, text: str) -> frozenset[str]:
    return frozenset(f"{prefix}:{word}" for word in words(text))


_PURPOSES = _under(
    "dpv",
    """
    AcademicResearch AccountManagement Advertising AgeVerification CombatClimateChange CommercialPurpose
    CommercialResearch CommunicationForCustomerCare CommunicationManagement CounterMoneyLaundering Counterterrorism
    CreditChecking CustomerCare CustomerClaimsManagement CustomerManagement CustomerOrderManagement
    CustomerRelationshipManagement CustomerSolvencyMonitoring DataAltruism DeliveryOfGoods DirectMarketing
    DisputeManagement EnforceAccessControl EnforceSecurity EstablishContractualAgreement FraudPreventionAndDetection
    FulfilmentOfContractualObligation FulfilmentOfObligation HumanResourceManagement IdentityAuthentication
    IdentityVerification ImproveExistingProductsAndServices ImproveHealthcare ImproveInternalCRMProcesses
    ImprovePublicServices ImproveTransportMobility IncreaseServiceRobustness InternalResourceOptimisation
    LegalCompliance MaintainCreditCheckingDatabase MaintainCreditRatingDatabase MaintainFraudDatabase Marketing
    MemberPartnerManagement MisusePreventionAndDetection NonCommercialPurpose NonCommercialResearch
    OptimisationForConsumer OptimisationForController OptimiseUserInterface OrganisationComplianceManagement
    OrganisationGovernance OrganisationRiskManagement PaymentManagement Personalisation PersonalisedAdvertising
    PersonalisedBenefits PersonnelHiring PersonnelManagement PersonnelPayment ProtectionOfIPR
    ProtectionOfNationalSecurity ProtectionOfPublicSecurity ProvideEventRecommendations ProvideOfficialStatistics
    ProvidePersonalisedRecommendations ProvideProductRecommendations PublicBenefit PublicPolicyMaking PublicRelations
    RecordManagement RepairImpairments RequestedServiceProvision ResearchAndDevelopment RightsFulfillment
    ScientificResearch SearchFunctionalities SellDataToThirdParties SellInsightsFromData SellProducts
    SellProductsToDataSubject ServiceOptimisation ServicePersonalisation ServiceProvision ServiceRegistration
    ServiceUsageAnalytics SocialMediaMarketing TargetedAdvertising TechnicalServiceProvision
    UserInterfacePersonalisation VendorManagement VendorPayment VendorRecordsManagement VendorSelectionAssessment
    Verification
    """,
)
_BASES = (
    _under(
        "dpv",
        """
        Consent Contract ContractPerformance DataSubjectContract EnterIntoContract LegalObligation LegitimateInterest
        LegitimateInterestOfController LegitimateInterestOfDataSubject LegitimateInterestOfThirdParty
        OfficialAuthorityOfController PublicInterest VitalInterest VitalInterestOfDataSubject
        VitalInterestOfNaturalPerson
        """,
    )
    | _under("eu-gdpr", "A6-1-a A6-1-b A6-1-c A6-1-d A6-1-e A6-1-f")
    | _under("eu-gdpr", " ".join(f"A9-2-{letter}" for letter in "abcdefghij"))
    | _under("dpdp", "Consent LegitimateUse")
)
_SUBJECTS = _under(
    "dpv",
    """
    Adult Applicant AsylumSeeker Child Citizen Client Consumer Customer DataSubject ElderlyDataSubject Employee
    GuardianOfDataSubject Immigrant JobApplicant Member MentallyVulnerableDataSubject NonCitizen ParentOfDataSubject
    Participant Patient Student Subscriber Tourist User Visitor VulnerableDataSubject
    """,
)
TERMS: Mapping[Kind, frozenset[str]] = {
    "purpose": _PURPOSES,
    "legal basis": _BASES,
    "category of persons": _SUBJECTS,
}
_SUCH_AS: Mapping[Kind, str] = {
    "purpose": "dpv:HumanResourceManagement",
    "legal basis": "dpv:LegitimateInterest, eu-gdpr:A9-2-b, dpdp:Consent",
    "category of persons": "dpv:Employee",
}


def term(value: Any, kind: Kind, place: Place) -> str:
    """The term, or "" where there is none.

    Raises:
        ContractError: it is no term of that kind; names the one that is most like it.
    """
    if value is None:
        return ""
    if not isinstance(value, str) or value not in TERMS[kind]:
        raise place.refusal(
            f"not a {kind} of the Data Privacy Vocabulary",
            given=value if isinstance(value, str) else type(value).__name__,
            allowed=f"such as {_SUCH_AS[kind]}",
            hint=nearest(value, sorted(TERMS[kind])) or "https://w3id.org/dpv lists them",
        )
    return value
