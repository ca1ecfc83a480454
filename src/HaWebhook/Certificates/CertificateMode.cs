namespace HaWebhook.Certificates;

/// <summary>Where the certificate comes from that the server shows.</summary>
internal enum CertificateMode
{
    /// <summary>From nowhere: one for localhost, made for this run.</summary>
    ThrowAway,

    /// <summary>From files, such as a mounted Secret.</summary>
    Files,

    /// <summary>From an authority of its own, which all replicas share through a Secret, and which API servers are told to trust.</summary>
    SelfManaged,
}
