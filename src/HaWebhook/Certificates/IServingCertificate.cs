using System.Net.Security;
using HaWebhook.Serving;

namespace HaWebhook.Certificates;

/// <summary>The certificate that the server shows to those who call it.</summary>
internal interface IServingCertificate : IReadiness
{
    /// <summary>What new connections are shown, with its intermediates; null while there is none. A connection keeps what it started with.</summary>
    SslStreamCertificateContext? Current { get; }
}
