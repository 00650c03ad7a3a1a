/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-argument --
   A template is JSON of many forms, and each expectation checks the one that it reads. */
import { describe, expect, it } from 'vitest';
import { listOf, type Statement, synthesise } from './deployment.ts';
import { fullSettings } from './full-settings.ts';

const { console: resources, stacks } = synthesise(fullSettings);

const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
const text = (value: unknown): string => JSON.stringify(value);

const [distribution] = ofType('AWS::CloudFront::Distribution');
const config = distribution?.Properties['DistributionConfig'];
const buckets = ofType('AWS::S3::Bucket');
const [page] = buckets.filter(({ Properties }) => Properties['LoggingConfiguration'] !== undefined);
const [logs] = buckets.filter(({ Properties }) => Properties['LoggingConfiguration'] === undefined);

const statementsOf = (bucket: string | undefined): readonly Statement[] =>
  ofType('AWS::S3::BucketPolicy')
    .filter(({ Properties }) => Properties['Bucket'].Ref === bucket)
    .flatMap(({ Properties }) => listOf(Properties['PolicyDocument'].Statement as readonly Statement[]));

/** The managed policies of CloudFront by their published ids. */
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

describe('the stack of the console', () => {
  it('is there only when the settings ask for a console', () => {
    const { console: _console, ...rest } = fullSettings;
    const without = synthesise(rest);
    expect(without.console).toEqual([]);
    expect(without.stacks).toHaveLength(stacks.length - 1);
  });

  it('is protected from being deleted by mistake', () => {
    const names = stacks.filter(({ terminationProtection }) => terminationProtection);
    expect(names.map(({ stackName }) => stackName)).toContain('groundswell-production-console');
  });

  it('has no function of its own but the one that copies the files', () => {
    expect(ofType('AWS::Lambda::Function').map(({ id }) => id)).toEqual([
      expect.stringMatching(/^CustomCDKBucketDeployment/),
    ]);
  });
});

describe('the buckets of the console', () => {
  it('are one for the page and one for the logs', () => {
    expect(buckets).toHaveLength(2);
    expect([page?.id, logs?.id]).not.toContain(undefined);
  });

  it('block all public access', () => {
    for (const { Properties } of buckets)
      expect(Properties['PublicAccessBlockConfiguration']).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
  });

  it('are reached over TLS alone', () => {
    for (const { id } of buckets) {
      const denied = statementsOf(id).filter(({ Effect }) => Effect === 'Deny');
      expect(denied.map(({ Action, Principal, Condition }) => ({ Action, Principal, Condition }))).toEqual([
        {
          Action: 's3:*',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]);
    }
  });

  it('are encrypted and versioned', () => {
    for (const { Properties } of buckets) {
      expect(text(Properties['BucketEncryption'])).toContain('"SSEAlgorithm":"AES256"');
      expect(Properties['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
    }
  });

  it('let CloudFront read the page, for this distribution alone', () => {
    const readers = statementsOf(page?.id).filter(
      ({ Effect, Principal }) => Effect === 'Allow' && text(Principal).includes('Service'),
    );
    expect(readers.map(({ Action, Principal }) => ({ Action, Principal }))).toEqual([
      { Action: 's3:GetObject', Principal: { Service: 'cloudfront.amazonaws.com' } },
    ]);
    expect(text(readers[0]?.Condition)).toContain(`:distribution/",{"Ref":"${distribution?.id}"}`);
  });

  it('keep the logs of the page for as long as the deployer says, and after the stack', () => {
    expect(page?.Properties['LoggingConfiguration'].DestinationBucketName).toEqual({ Ref: logs?.id });
    expect(logs?.DeletionPolicy).toBe('Retain');
    expect(logs?.Properties['LifecycleConfiguration'].Rules[0]).toMatchObject({
      ExpirationInDays: 90,
      Status: 'Enabled',
    });
  });
});

describe('the distribution of the console', () => {
  it('signs what it asks of the page by origin access control, and has no older identity', () => {
    const [control] = ofType('AWS::CloudFront::OriginAccessControl');
    expect(control?.Properties['OriginAccessControlConfig']).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
    const [origin] = config.Origins.filter((each: { S3OriginConfig?: unknown }) => each.S3OriginConfig);
    expect(origin.OriginAccessControlId).toEqual({ 'Fn::GetAtt': [control?.id, 'Id'] });
    expect(ofType('AWS::CloudFront::CloudFrontOriginAccessIdentity')).toEqual([]);
  });

  it('speaks TLS 1.2 at least, under the name and certificate of the settings', () => {
    const { domainName, certificateArn } = fullSettings.console;
    expect(config.Aliases).toEqual([domainName]);
    expect(config.ViewerCertificate).toMatchObject({
      AcmCertificateArn: certificateArn,
      MinimumProtocolVersion: 'TLSv1.2_2021',
    });
    for (const { ViewerProtocolPolicy } of [config.DefaultCacheBehavior, ...config.CacheBehaviors])
      expect(ViewerProtocolPolicy).toBe('https-only');
  });

  it('writes every request into the log', () => {
    expect(config.Logging).toEqual({
      Bucket: { 'Fn::GetAtt': [logs?.id, 'RegionalDomainName'] },
      Prefix: 'console/',
    });
  });

  it('asks the API for everything anew, over TLS, with the reader’s Authorization', () => {
    const [behavior] = config.CacheBehaviors;
    expect(config.CacheBehaviors).toHaveLength(1);
    expect(behavior).toMatchObject({
      PathPattern: '/api/*',
      CachePolicyId: cachingDisabled,
      OriginRequestPolicyId: allViewerExceptHost,
    });
    expect(behavior.AllowedMethods).toEqual(expect.arrayContaining(['GET', 'POST', 'PUT']));
    const [origin] = config.Origins.filter(({ Id }: { Id: string }) => Id === behavior.TargetOriginId);
    expect(origin.CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
    });
    expect(text(origin.DomainName)).toContain('.execute-api.eu-west-1.');
  });

  it('shows the page to readers only, and lets nothing be changed there', () => {
    expect(config.DefaultCacheBehavior).toMatchObject({
      AllowedMethods: ['GET', 'HEAD'],
      CachePolicyId: cachingDisabled,
    });
    expect(config.DefaultCacheBehavior.OriginRequestPolicyId).toBeUndefined();
    expect(config.DefaultRootObject).toBe('index.html');
  });
});

describe('the headers of the console', () => {
  const [policy] = ofType('AWS::CloudFront::ResponseHeadersPolicy');
  const headers = policy?.Properties['ResponseHeadersPolicyConfig'].SecurityHeadersConfig;

  it('are those of the page and of the API', () => {
    for (const { ResponseHeadersPolicyId } of [config.DefaultCacheBehavior, ...config.CacheBehaviors])
      expect(ResponseHeadersPolicyId).toEqual({ Ref: policy?.id });
  });

  it('override whatever an origin says', () => {
    expect(Object.values(headers).map((header) => (header as { Override: boolean }).Override)).toEqual(
      Object.values(headers).map(() => true),
    );
  });

  it('allow connections to the page’s own origin and to those that let readers in, and nothing inline', () => {
    const directives = headers.ContentSecurityPolicy.ContentSecurityPolicy.split('; ');
    expect(directives).toContain("default-src 'none'");
    expect(directives).toContain("script-src 'self'");
    expect(directives).toContain("frame-ancestors 'none'");
    expect(directives).toContain("connect-src 'self' https://tokens.example.com https://sign-in.example.com");
    expect(directives.join()).not.toMatch(/unsafe|\*/);
  });

  it('bind browsers to TLS for two years, forbid frames, sniffing and referrers', () => {
    expect(headers.StrictTransportSecurity).toMatchObject({
      AccessControlMaxAgeSec: 730 * 86_400,
      IncludeSubdomains: true,
    });
    expect(headers.FrameOptions.FrameOption).toBe('DENY');
    expect(headers.ContentTypeOptions).toEqual({ Override: true });
    expect(headers.ReferrerPolicy.ReferrerPolicy).toBe('no-referrer');
  });
});
